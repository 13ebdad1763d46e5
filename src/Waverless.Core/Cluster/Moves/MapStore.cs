using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Waverless.Kv;
using Waverless.Messaging.Wire;
using PlacementMap = Waverless.Cluster.Placement.PlacementMap;

namespace Waverless.Cluster.Moves;

/// <summary>
/// Reads and writes the map and the nodes of the cluster in its metadata. The map is replaced only
/// by compare-and-set; this is the seam behind which it goes to a replicated group.
/// </summary>
internal sealed class MapStore(IKvStore store)
{
    /// <summary>Changes of the metadata after a position.</summary>
    public IAsyncEnumerable<KvChange> WatchAsync(Revision after, CancellationToken ct) =>
        store.WatchAsync(after, 0, ct);

    /// <summary>The map and the revision that wrote it; null: there is none.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<(PlacementMap Map, ulong Number)?> FindMapAsync(CancellationToken ct)
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await store.GetAsync(MoveKeys.Map, into, ct);
        return read.Found && MapCodec.Decode(into.WrittenSpan) is { } map
            ? (map, read.Number)
            : null;
    }

    /// <summary>Writes the first map, if there is none.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task CreateMapAsync(PlacementMap map, CancellationToken ct)
    {
        KvKey key = MoveKeys.Map;
        var batch = new KvBatch().RequireAbsent(key).Set(key, MapCodec.Encode(map));
        Demand(await store.CommitAsync(batch, ct));
    }

    /// <summary>
    /// Replaces the map, if nobody has meanwhile and no greeting is newer than those given.
    /// </summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<CommitStatus> ReplaceMapAsync(
        PlacementMap map,
        ulong number,
        IEnumerable<(NodeId Node, ulong Number)> greetings,
        CancellationToken ct
    )
    {
        KvKey key = MoveKeys.Map;
        var batch = new KvBatch().RequireRevision(key, number);
        foreach (var greeting in greetings)
        {
            batch.RequireRevision(MoveKeys.GreetingOf(greeting.Node), greeting.Number);
        }

        return (await store.CommitAsync(batch.Set(key, MapCodec.Encode(map)), ct)).Status;
    }

    /// <summary>Writes a greeting; returns the position after which all changes are newer.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<Revision> GreetAsync(NodeId node, ulong bootId, CancellationToken ct)
    {
        KvKey key = MoveKeys.GreetingOf(node);
        var value = Encoding.UTF8.GetBytes(bootId.ToString(CultureInfo.InvariantCulture));
        var result = await store.CommitAsync(new KvBatch().Set(key, value), ct);
        Demand(result);
        return result.Revision;
    }

    /// <summary>The revision that wrote the greeting of a node; 0: there is none.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<ulong> GreetingOfAsync(NodeId node, CancellationToken ct)
    {
        var into = new ArrayBufferWriter<byte>();
        return (await store.GetAsync(MoveKeys.GreetingOf(node), into, ct)).Number;
    }

    /// <summary>All nodes.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<List<MemberEntry>> MembersAsync(CancellationToken ct)
    {
        var members = new List<MemberEntry>();
        var range = KvRange.Prefix(MoveKeys.MemberPrefix);
        while (true)
        {
            var page = await store.ScanAsync(range, 0, ct);
            members.AddRange(
                page.Entries.Select(entry => MapCodec.Member(entry.Value.Span))
                    .OfType<MemberEntry>()
            );
            if (page.Next is not { } next)
            {
                return members;
            }

            range = range.ContinueAt(next);
        }
    }

    /// <summary>A node, and the revision that wrote it; null: it is not known.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<(MemberEntry Entry, ulong Number)?> FindMemberAsync(
        NodeId node,
        CancellationToken ct
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await store.GetAsync(MoveKeys.MemberOf(node), into, ct);
        return read.Found && MapCodec.Member(into.WrittenSpan) is { } entry
            ? (entry, read.Number)
            : null;
    }

    /// <summary>
    /// Replaces what is known of a node; false: somebody else did meanwhile, or changed the other.
    /// </summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<bool> PutMemberAsync(
        MemberEntry entry,
        ulong? number,
        CancellationToken ct,
        (NodeId Node, ulong Number)? other = null
    )
    {
        KvKey key = MoveKeys.MemberOf(new NodeId(entry.Node));
        var batch = new KvBatch();
        if (other is { } same)
        {
            batch.RequireRevision(MoveKeys.MemberOf(same.Node), same.Number);
        }

        _ = number is { } known ? batch.RequireRevision(key, known) : batch.RequireAbsent(key);
        return Demand(await store.CommitAsync(batch.Set(key, entry.ToByteArray()), ct));
    }

    /// <summary>False: a condition has failed.</summary>
    private static bool Demand(in CommitResult result) =>
        result.IsCommitted
        || (
            result.Status == CommitStatus.ConditionFailed
                ? false
                : throw new StorageException(
                    StorageError.Unavailable,
                    result.Reason ?? "The cluster's metadata gave no answer."
                )
        );
}
