using System.Buffers;
using System.Text;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>What the storage contracts share: an open engine and short ways to use it.</summary>
public abstract class StorageContract : IAsyncLifetime
{
    protected static readonly PartitionId P = new("shop", 0);

    private StoragePlace? _place;
    private IStorageEngine? _engine;

    protected RecordingListener Listener { get; } = new();

    protected IStorageEngine Engine => _engine!;

    protected SetClock Clock { get; } = new();

    protected virtual StorageContractLimits Limits { get; } = new();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A new, empty place for the data of one test.</summary>
    protected abstract StoragePlace CreatePlace();

    public async ValueTask InitializeAsync()
    {
        _place = CreatePlace();
        _place.Time = Clock;
        _engine = await _place.OpenAsync(Listener, Limits);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await CloseAsync();
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        if (_place is not null)
        {
            await _place.DisposeAsync();
        }
    }

    /// <summary>Closes what the tests of a contract have opened besides.</summary>
    protected virtual ValueTask CloseAsync() => default;

    protected async ValueTask ReopenAsync(StorageContractLimits? limits = null)
    {
        await _engine!.DisposeAsync();
        _engine = await _place!.OpenAsync(Listener, limits ?? Limits);
    }

    protected static byte[] B(string text) => Encoding.UTF8.GetBytes(text);

    protected ValueTask<CommitResult> CommitAsync(Action<Commit> build, PartitionId? p = null)
    {
        var commit = new Commit();
        build(commit);
        return Engine.CommitAsync(p ?? P, commit, Ct);
    }

    protected async ValueTask<ulong> CommittedAsync(Action<Commit> build, PartitionId? p = null)
    {
        var result = await CommitAsync(build, p);
        Assert.True(result.IsCommitted, $"{result.Status} {result.Rejection} {result.Reason}");
        return result.Revision.Number;
    }

    protected ValueTask<ulong> PutAsync(string key, string value, PartitionId? p = null) =>
        CommittedAsync(c => c.Put(B(key), B(value)), p);

    protected ValueTask<ulong> DeleteAsync(string key) => CommittedAsync(c => c.Delete(B(key)));

    protected async ValueTask<string?> GetAsync(string key, PartitionId? p = null) =>
        (await ReadAsync(key, p)).Value;

    protected async ValueTask<(string? Value, ulong Number)> ReadAsync(
        string key,
        PartitionId? p = null
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await Engine.GetAsync(p ?? P, key, default, into, Ct);
        Assert.Equal(read.Length, into.WrittenCount);
        return read.Found
            ? (Encoding.UTF8.GetString(into.WrittenSpan), read.Number)
            : (null, read.Number);
    }

    protected async ValueTask<string[]> ScanAsync(KvRange range)
    {
        var page = await Engine.ScanAsync(P, range, default, Ct);
        return [.. page.Entries.Select(e => $"{e.Key}={Encoding.UTF8.GetString(e.Value.Span)}")];
    }

    protected async Task<List<KvChange>> WatchAsync(Revision after, int count)
    {
        var changes = new List<KvChange>();
        await foreach (var change in Engine.WatchAsync(P, after, Ct))
        {
            changes.Add(change);
            if (changes.Count == count)
            {
                break;
            }
        }

        return changes;
    }

    protected static EventRecord Message(string payload) =>
        new() { Kind = EventKind.Message, Payload = B(payload) };

    protected static void AddReady(
        Commit commit,
        string function,
        string payload,
        byte priority = EventPosition.NormalPriority,
        PartitionId? target = null
    ) =>
        commit.AddEvent(
            EventCondition.Always,
            default,
            target,
            B(function),
            EventState.Ready,
            0,
            priority,
            Message(payload)
        );

    protected async ValueTask<List<(EventPosition Position, string Payload)>> EventsAsync(
        string function,
        EventState state,
        PartitionId? p = null,
        EventPosition after = default,
        int limit = 1000
    )
    {
        var query = new EventQuery(function, state);
        var stored = await Engine.ReadEventsAsync(p ?? P, query, after, limit, Ct);
        return
        [
            .. stored.Select(e =>
                (
                    e.Position,
                    Encoding.UTF8.GetString(EventRecord.Decode(e.Record.Span)!.Payload.Span)
                )
            ),
        ];
    }
}
