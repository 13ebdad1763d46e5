using System.Buffers;
using Waverless.Contracts.Storage;
using Waverless.Kv;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage;

/// <summary>Failing writes and reads become typed results, and what is in memory is not believed.</summary>
public sealed class FaultTests
{
    private static readonly PartitionId P = new("shop", 0);
    private static readonly WriteOutcome Full = new(
        CommitStatus.Rejected,
        CommitRejection.StorageFull,
        "full"
    );
    private static readonly WriteOutcome Broken = new(
        CommitStatus.Unknown,
        CommitRejection.StorageFailed,
        "broken"
    );

    private readonly FaultyKeyspace _keyspace = new(new MemoryKeyspace(new MemoryVolume()));
    private readonly EngineCore _engine;

    public FaultTests() =>
        _engine = new EngineCore(
            new EngineContext
            {
                Keyspace = _keyspace,
                Limits = new StorageLimits(),
                Listener = new RecordingListener(),
                Incarnation = 1,
                Time = TimeProvider.System,
                Sync = false,
                Background = static work => work(),
            }
        );

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_write_has_no_effect_and_its_revision_is_used_by_the_next()
    {
        await CommittedAsync("a");
        _keyspace.NextWrite = Full;
        var refused = await PutAsync("b");
        Assert.Equal((CommitStatus.Rejected, CommitRejection.StorageFull), Of(refused));
        Assert.Equal(StorageHealth.Full, _engine.Health);
        Assert.False(await HasAsync("b"));
        Assert.Equal(2u, await CommittedAsync("c"));
        Assert.Equal(StorageHealth.Serving, _engine.Health);
    }

    [Fact]
    public async Task A_failed_write_is_unknown_and_stops_the_engine_for_writes()
    {
        await CommittedAsync("a");
        _keyspace.NextWrite = Broken;
        Assert.Equal(
            (CommitStatus.Unknown, CommitRejection.StorageFailed),
            Of(await PutAsync("b"))
        );
        Assert.Equal(StorageHealth.Stopped, _engine.Health);
        Assert.Equal(
            (CommitStatus.Rejected, CommitRejection.StorageFailed),
            Of(await PutAsync("c"))
        );
        Assert.True(await HasAsync("a"));
    }

    [Fact]
    public async Task A_partition_that_cannot_be_registered_is_refused_and_can_be_later()
    {
        _keyspace.NextWrite = Full;
        Assert.Equal((CommitStatus.Rejected, CommitRejection.StorageFull), Of(await PutAsync("a")));
        Assert.Empty(_engine.Partitions);
        Assert.Equal(1u, await CommittedAsync("a"));
    }

    [Fact]
    public async Task A_read_that_apply_needs_and_that_fails_refuses_the_commit()
    {
        await CommittedAsync("a");
        _keyspace.FailReads = true;
        var commit = new Commit();
        commit.RequirePresent("a"u8);
        var result = await _engine.CommitAsync(P, commit, Ct);
        Assert.Equal((CommitStatus.Rejected, CommitRejection.StorageFailed), Of(result));
        _keyspace.FailReads = false;
        Assert.Equal(2u, (await _engine.CommitAsync(P, commit, Ct)).Revision.Number);
    }

    [Fact]
    public async Task A_group_that_is_not_written_answers_nobody_with_success()
    {
        await CommittedAsync("a");
        var partition = new Partition(Context(), P, 1);
        var group = new[] { Pending("x"), Pending("y"), Conditional("x"), TooLarge() }.ToList();
        _keyspace.NextWrite = Full;
        partition.CommitGroup(group);
        var results = await Task.WhenAll(group.Select(g => g.Task.AsTask()));
        Assert.Equal(
            [
                CommitRejection.StorageFull,
                CommitRejection.StorageFull,
                CommitRejection.StorageFull,
                CommitRejection.TooLarge,
            ],
            results.Select(r => r.Rejection)
        );
        Assert.False(await HasAsync("x"));

        static PendingCommit Pending(string key) => new(Put(key), default);

        static PendingCommit Conditional(string key)
        {
            // It fails only because of a neighbour that was not written.
            var commit = new Commit();
            commit.RequireAbsent(KvKey.FromString(key).Span);
            return new PendingCommit(commit, default);
        }

        static PendingCommit TooLarge() => new(Put(new string('k', 2000)), default);
    }

    private EngineContext Context() =>
        new()
        {
            Keyspace = _keyspace,
            Limits = new StorageLimits(),
            Listener = new RecordingListener(),
            Incarnation = 1,
            Time = TimeProvider.System,
            Sync = false,
            Background = static work => work(),
        };

    private static (CommitStatus, CommitRejection) Of(CommitResult result) =>
        (result.Status, result.Rejection);

    private static Commit Put(string key)
    {
        var commit = new Commit();
        commit.Put(KvKey.FromString(key).Span, "v"u8);
        return commit;
    }

    private ValueTask<CommitResult> PutAsync(string key) => _engine.CommitAsync(P, Put(key), Ct);

    private async Task<ulong> CommittedAsync(string key)
    {
        var result = await PutAsync(key);
        Assert.True(result.IsCommitted, result.Reason);
        return result.Revision.Number;
    }

    private async Task<bool> HasAsync(string key) =>
        (await _engine.GetAsync(P, key, default, new ArrayBufferWriter<byte>(), Ct)).Found;
}
