using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Storage;

/// <summary>Who waits for the disk where commits are forced to it.</summary>
public sealed class GuestThreadCommitTests
{
    private static readonly PartitionId P = new("shop", 0);

    [Theory]
    [InlineData(StorageDurability.Disk, 1)]
    [InlineData(StorageDurability.Process, 0)]
    public async Task A_guest_commits_on_its_own_thread_and_lends_its_permit_while_the_disk_writes(
        StorageDurability durability,
        int waits
    )
    {
        await using var place = new RocksDbPlace(durability);
        await using var engine = await place.OpenAsync(new RecordingListener(), new());
        var threads = new Threads();

        var committing = engine.CommitAsync(P, Put("a", threads), default);
        Assert.True(committing.IsCompleted);
        Assert.True((await committing).IsCommitted);
        Assert.Equal((waits, waits), (threads.Begun, threads.Ended));
    }

    [Fact]
    public async Task Nobody_elses_thread_waits_for_the_disk()
    {
        await using var place = new RocksDbPlace(StorageDurability.Disk);
        var writer = new WriterListener();
        await using var engine = await place.OpenAsync(writer, new());

        // A thread of its own, so that it can be told from those of the pool.
        var committed = new TaskCompletionSource<CommitResult>();
        var caller = new Thread(() => CommitEvent(engine, committed)) { IsBackground = true };
        caller.Start();
        Assert.True((await committed.Task).IsCommitted);
        Assert.True(writer.IsPoolThread);

        static void CommitEvent(IStorageEngine engine, TaskCompletionSource<CommitResult> told)
        {
            var commit = Put("a", null);
            commit.AddEvent(
                EventCondition.Always,
                default,
                null,
                "on"u8,
                EventState.Ready,
                0,
                EventPosition.NormalPriority,
                new EventRecord { Kind = EventKind.Message }
            );
            var task = engine.CommitAsync(P, commit, default).AsTask();
            task.ContinueWith(
                done => told.SetFromTask(done),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }
    }

    [Fact]
    public async Task Guests_that_commit_at_once_all_get_their_permits_back()
    {
        await using var place = new RocksDbPlace(StorageDurability.Disk);
        await using var engine = await place.OpenAsync(new RecordingListener(), new());
        var threads = new Threads();
        var guests = Enumerable
            .Range(0, 8)
            .Select(guest =>
                Task.Run(async () =>
                {
                    for (var i = 0; i < 25; i++)
                    {
                        var commit = Put($"{guest}-{i}", threads);
                        Assert.True((await engine.CommitAsync(P, commit, default)).IsCommitted);
                    }
                })
            );
        await Task.WhenAll(guests);
        Assert.Equal(threads.Begun, threads.Ended);
        for (var guest = 0; guest < 8; guest++)
        {
            var read = await engine.GetAsync(
                P,
                new KvKey(System.Text.Encoding.UTF8.GetBytes($"{guest}-24")),
                default,
                new System.Buffers.ArrayBufferWriter<byte>(),
                default
            );
            Assert.True(read.Found);
        }
    }

    private static Commit Put(string key, IGuestThreads? threads)
    {
        var commit = new Commit { GuestThreads = threads };
        commit.Put(System.Text.Encoding.UTF8.GetBytes(key), "v"u8);
        return commit;
    }

    /// <summary>Knows on which kind of thread events were committed.</summary>
    private sealed class WriterListener : ICommitListener
    {
        private bool _isPoolThread;

        public bool IsPoolThread => Volatile.Read(ref _isPoolThread);

        public void OnCommitted(
            PartitionId p,
            Revision revision,
            Commit commit,
            ReadOnlySpan<int> skippedOrdinals
        ) => Volatile.Write(ref _isPoolThread, Thread.CurrentThread.IsThreadPoolThread);
    }

    /// <summary>Counts who gives a permit away.</summary>
    private sealed class Threads : IGuestThreads
    {
        private int _begun;
        private int _ended;

        public int Begun => _begun;

        public int Ended => _ended;

        public bool IsGuestThread => true;

        public void BeginWait() => Interlocked.Increment(ref _begun);

        public void EndWait() => Interlocked.Increment(ref _ended);

        public bool TryEnterInline() => false;

        public void ExitInline() { }

        public bool TryQueue(IThreadWork work) => false;
    }
}
