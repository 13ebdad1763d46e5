using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Moves;

/// <summary>
/// Keeps this node's map, and what it knows of the nodes of the cluster, as the metadata has them.
/// </summary>
/// <param name="store">The metadata.</param>
/// <param name="homes">Learns the map.</param>
/// <param name="self">This node.</param>
/// <param name="file">The nodes that this node began with.</param>
/// <param name="bootId">This life of the node.</param>
/// <param name="time">The node's time.</param>
/// <param name="logger">Hears when the metadata is away.</param>
internal sealed class MapFollower(
    MapStore store,
    PartitionHomes homes,
    ClusterNode self,
    ImmutableArray<ClusterNode> file,
    ulong bootId,
    TimeProvider time,
    ILogger logger
)
{
    private readonly TaskCompletionSource _caughtUp = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private ImmutableDictionary<NodeId, MemberEntry> _members = ImmutableDictionary<
        NodeId,
        MemberEntry
    >.Empty;
    private ulong _greeting;
    private bool _isEntered;

    public MapStore Store => store;

    /// <summary>The revision of this node's newest greeting; 0: it has not greeted.</summary>
    public ulong Greeting => Volatile.Read(ref _greeting);

    /// <summary>Whether this life of the node has seen the map of the metadata.</summary>
    public bool IsSynced { get; private set; }

    /// <summary>The nodes as the metadata has them.</summary>
    public ImmutableDictionary<NodeId, MemberEntry> Members => Volatile.Read(ref _members);

    /// <summary>Completes when the map was read once, or nobody waits for that.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Called after something of it may have changed.</summary>
    public Action Changed { get; set; } = static () => { };

    /// <summary>Whoever waits for the map goes on without.</summary>
    public void GiveUp() => _caughtUp.TrySetResult();

    /// <summary>Follows the metadata until the token fires.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (StorageException failure)
            {
                Log.MapUnreachable(logger, failure.Message);
                await PauseAsync(ct);
            }
        }
    }

    /// <summary>
    /// Greets anew, so that no move to or from this node that has begun can succeed, and reads the
    /// map that then holds.
    /// </summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task GreetAsync(CancellationToken ct)
    {
        var position = await store.GreetAsync(homes.Self, bootId, ct);
        Volatile.Write(ref _greeting, position.Number);
        if (await store.FindMapAsync(ct) is { } found)
        {
            homes.Learn(found.Map);
        }
    }

    private async Task PauseAsync(CancellationToken ct)
    {
        try
        {
            await Task.Delay(MoveLimits.RetryPause, time, ct);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        // All that is there by now is found by the reads, and all that comes later by the watch.
        var position = await store.GreetAsync(homes.Self, bootId, ct);
        Volatile.Write(ref _greeting, position.Number);
        await EnterAsync(ct);
        if (await store.FindMapAsync(ct) is { } found)
        {
            homes.Learn(found.Map);
            IsSynced = true;
            _caughtUp.TrySetResult();
        }

        foreach (var entry in await store.MembersAsync(ct))
        {
            Learn(entry);
        }

        Changed();
        await foreach (var change in store.WatchAsync(position, ct))
        {
            Apply(change);
        }
    }

    /// <summary>Once in a life: says that the node is there, and what it begins with.</summary>
    private async Task EnterAsync(CancellationToken ct)
    {
        if (_isEntered)
        {
            return;
        }

        var known = await store.FindMemberAsync(homes.Self, ct);
        var entry = MapCodec.Entry(self, MemberEntry.Types.State.InService);
        if (!await store.PutMemberAsync(entry, known?.Number, ct))
        {
            throw new StorageException(
                StorageError.Unavailable,
                "Somebody else has changed what is known of this node; it is tried again."
            );
        }

        if (homes.Self == homes.Coordinator)
        {
            foreach (var node in file.Where(node => node.Id != homes.Self))
            {
                var other = MapCodec.Entry(node, MemberEntry.Types.State.InService);
                await store.PutMemberAsync(other, null, ct);
            }

            if (await store.FindMapAsync(ct) is null)
            {
                var map = new Placement.PlacementMap(homes.Map.Epoch + 1, homes.Map.Homes);
                await store.CreateMapAsync(map, ct);
            }
        }

        _isEntered = true;
    }

    private void Apply(KvChange change)
    {
        var key = change.Key.ToString();
        if (change.Value is not { } value)
        {
            return;
        }

        if (key == MoveKeys.Map && MapCodec.Decode(value.Span) is { } map)
        {
            homes.Learn(map);
            IsSynced = true;
            _caughtUp.TrySetResult();
        }
        else if (
            key.StartsWith(MoveKeys.MemberPrefix, StringComparison.Ordinal)
            && MapCodec.Member(value.Span) is { } entry
        )
        {
            Learn(entry);
        }
        else
        {
            return;
        }

        Changed();
    }

    private void Learn(MemberEntry entry) =>
        Volatile.Write(ref _members, _members.SetItem(new NodeId(entry.Node), entry));
}
