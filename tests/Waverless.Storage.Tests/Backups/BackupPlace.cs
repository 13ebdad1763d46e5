using System.Buffers;
using System.Text;
using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage.Backups;

/// <summary>A store with something in it, a backup of it, and what came after.</summary>
internal sealed class BackupPlace : IAsyncDisposable
{
    public const int Counted = 300;

    public static readonly PartitionId P = new("shop", 0);
    public static readonly PartitionId Other = new("bank", 2);

    private readonly RocksDbPlace _place = new();

    public string Root => _place.Folder;

    public string Store => _place.Options().Folder;

    public string Backup => Path.Combine(_place.Folder, "backup");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    public async Task<RocksDbStorageEngine> OpenAsync(string? folder = null)
    {
        var engine = new RocksDbStorageEngine(_place.Options() with { Folder = folder ?? Store });
        await engine.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        return engine;
    }

    /// <summary>Writes, backs up, and writes on, so that old and new can be told apart.</summary>
    public async Task<Revision> PrepareAsync()
    {
        await using var engine = await OpenAsync();
        for (var i = 0; i < Counted; i++)
        {
            await PutAsync(engine, P, "count", $"{i}");
        }

        await CommitAsync(
            engine,
            Other,
            c =>
            {
                c.Put("account"u8, "100"u8);
                Add(c, "receive", P);
                Add(c, "receive", null);
            }
        );
        await engine.BackupAsync(Backup, Ct);
        return await PutAsync(engine, P, "count", "after");
    }

    public static async Task<Revision> PutAsync(
        RocksDbStorageEngine engine,
        PartitionId partition,
        string key,
        string value
    ) =>
        (
            await CommitAsync(
                engine,
                partition,
                c => c.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value))
            )
        ).Revision;

    public static async Task<CommitResult> CommitAsync(
        RocksDbStorageEngine engine,
        PartitionId partition,
        Action<Commit> build
    )
    {
        var commit = new Commit();
        build(commit);
        var result = await engine.CommitAsync(partition, commit, Ct);
        Assert.True(result.IsCommitted, result.Reason);
        return result;
    }

    public static async Task<string?> ReadAsync(
        RocksDbStorageEngine engine,
        PartitionId partition,
        string key
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await engine.GetAsync(partition, key, default, into, Ct);
        return read.Found ? Encoding.UTF8.GetString(into.WrittenSpan) : null;
    }

    /// <summary>That an open store is what the backup holds, and has all that a restore adds.</summary>
    public static async Task AssertRestoredAsync(RocksDbStorageEngine engine)
    {
        Assert.Equal($"{Counted - 1}", await ReadAsync(engine, P, "count"));
        Assert.Equal("100", await ReadAsync(engine, Other, "account"));
        Assert.True(engine.TriggersPaused);
        Assert.True(engine.Incarnation > 1);
        var inbox = new EventQuery("receive", EventState.Ready);
        var outbox = new EventQuery("", EventState.Outbox);
        Assert.Single(await engine.ReadEventsAsync(Other, inbox, default, 9, Ct));
        Assert.Single(await engine.ReadEventsAsync(Other, outbox, default, 9, Ct));
        Assert.Equal([], (await engine.VerifyAsync(Ct)).Defects);
    }

    /// <summary>That an open store is the one before the restore.</summary>
    public static async Task AssertOldAsync(RocksDbStorageEngine engine)
    {
        Assert.Equal("after", await ReadAsync(engine, P, "count"));
        Assert.False(engine.TriggersPaused);
        Assert.Equal(1u, engine.Incarnation);
        Assert.Equal([], (await engine.VerifyAsync(Ct)).Defects);
    }

    private static void Add(Commit commit, string function, PartitionId? target) =>
        commit.AddEvent(
            EventCondition.Always,
            default,
            target,
            Encoding.UTF8.GetBytes(function),
            EventState.Ready,
            0,
            EventPosition.NormalPriority,
            new EventRecord { Kind = EventKind.Message }
        );
}
