using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>The queue of a partition is bounded, and waiting in it can be given up.</summary>
public abstract class OverloadContract : StorageContract
{
    private const int PendingMax = 5;

    private readonly HoldingListener _holding = new();

    protected override StorageContractLimits Limits { get; } =
        new() { PendingCommitsMax = PendingMax };

    [Fact]
    public async Task Beyond_the_bound_commits_are_refused_and_those_within_are_done()
    {
        await using var place = CreatePlace();
        await using var engine = await place.OpenAsync(_holding, Limits);
        var (first, waiting) = await HoldAsync(engine);
        var refused = await engine.CommitAsync(P, Put("x"), Ct);
        Assert.Equal(CommitRejection.Overloaded, refused.Rejection);
        Assert.Contains($"{PendingMax}", refused.Reason, StringComparison.Ordinal);
        _holding.Release();
        Assert.True((await first).IsCommitted);
        var numbers = (await Task.WhenAll(waiting)).Select(r => r.Revision.Number);
        Assert.Equal([2u, 3u, 4u, 5u, 6u], numbers);
    }

    [Fact]
    public async Task A_commit_that_waits_can_be_given_up_and_has_no_effect()
    {
        await using var place = CreatePlace();
        await using var engine = await place.OpenAsync(_holding, Limits);
        var first = await HoldFirstAsync(engine);
        using var stop = new CancellationTokenSource();
        var given = engine.CommitAsync(P, Put("given-up"), stop.Token).AsTask();
        var kept = engine.CommitAsync(P, Put("kept"), Ct).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        _holding.Release();
        Assert.True((await first).IsCommitted);
        Assert.Equal(2u, (await kept).Revision.Number);
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.False((await engine.GetAsync(P, "given-up", default, into, Ct)).Found);
    }

    [Fact]
    public async Task A_commit_that_is_given_up_beforehand_is_not_made()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Engine.CommitAsync(P, Put("k"), stop.Token)
        );
        Assert.Null(await GetAsync("k"));
    }

    [Fact]
    public async Task Closing_waits_for_what_was_taken()
    {
        await using var place = CreatePlace();
        var engine = await place.OpenAsync(_holding, Limits);
        var (first, waiting) = await HoldAsync(engine);
        var closing = engine.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        _holding.Release();
        await closing;
        Assert.True((await first).IsCommitted);
        Assert.All(await Task.WhenAll(waiting), r => Assert.True(r.IsCommitted));
    }

    private static Commit Put(string key)
    {
        var commit = new Commit();
        commit.Put(B(key), "v"u8);
        return commit;
    }

    private async Task<(Task<CommitResult> First, Task<CommitResult>[] Waiting)> HoldAsync(
        IStorageEngine engine
    )
    {
        var first = await HoldFirstAsync(engine);
        var waiting = Enumerable
            .Range(0, PendingMax)
            .Select(i => engine.CommitAsync(P, Put($"{i}"), Ct).AsTask())
            .ToArray();
        return (first, waiting);
    }

    /// <summary>Holds a commit within the sequencer: the listener does not return.</summary>
    private async Task<Task<CommitResult>> HoldFirstAsync(IStorageEngine engine)
    {
        var commit = new Commit();
        AddReady(commit, "f", "hold");
        var first = Task.Run(async () => await engine.CommitAsync(P, commit, Ct));
        await _holding.Entered;
        return first;
    }

    private sealed class HoldingListener : ICommitListener
    {
        private readonly TaskCompletionSource _entered = new();
        private readonly ManualResetEventSlim _released = new();

        public Task Entered => _entered.Task;

        public void Release() => _released.Set();

        public void OnCommitted(
            PartitionId p,
            Revision revision,
            Commit commit,
            ReadOnlySpan<int> skippedOrdinals
        )
        {
            _entered.TrySetResult();
            _released.Wait();
        }
    }
}
