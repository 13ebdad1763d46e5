using System.Diagnostics.Metrics;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage.Engine;

/// <summary>How many commits, and how many bytes of them, are written together.</summary>
public sealed class GroupBoundTests
{
    private static readonly PartitionId P = new("shop", 0);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(7, int.MaxValue, 10, 7)]
    [InlineData(1_000, 50_000, 10_000, 4)]
    [InlineData(1_000, 50_000, 60_000, 1)]
    public async Task Commits_that_wait_are_written_in_groups_of_the_bound(
        int commitsMax,
        int bytesMax,
        int valueBytes,
        int expected
    )
    {
        await using var place = new RocksDbPlace();
        using var meters = new OwnMeters();
        var sizes = new List<long>();
        using var listener = Listen(meters, sizes);
        var holding = new HoldingListener();
        await using var engine = new RocksDbStorageEngine(
            place.Options() with
            {
                Meters = meters,
                Limits = new StorageLimits
                {
                    GroupCommitsMax = commitsMax,
                    GroupBytesMax = bytesMax,
                },
            }
        );
        await engine.OpenAsync(holding, TimeProvider.System, Ct);

        // The first commit is held within the sequencer, so that the others have to wait.
        var first = Task.Run(async () => await engine.CommitAsync(P, Event(), Ct), Ct);
        await holding.Entered;
        var waiting = Enumerable
            .Range(0, 30)
            .Select(i => engine.CommitAsync(P, Put($"k{i}", valueBytes), Ct).AsTask())
            .ToArray();
        holding.Release();
        Assert.True((await first).IsCommitted);
        var numbers = (await Task.WhenAll(waiting)).Select(result => result.Revision.Number);

        Assert.Equal(Enumerable.Range(2, 30).Select(number => (ulong)number), numbers);
        lock (sizes)
        {
            Assert.Equal(31, sizes.Sum());
            Assert.Equal(expected, sizes.Max());
        }
    }

    private static Commit Put(string key, int valueBytes)
    {
        var commit = new Commit();
        commit.Put(System.Text.Encoding.UTF8.GetBytes(key), new byte[valueBytes]);
        return commit;
    }

    private static Commit Event()
    {
        var commit = new Commit();
        commit.AddEvent(
            EventCondition.Always,
            default,
            null,
            "f"u8,
            EventState.Ready,
            0,
            EventPosition.NormalPriority,
            new EventRecord { Kind = EventKind.Message }
        );
        return commit;
    }

    private static MeterListener Listen(OwnMeters meters, List<long> sizes)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (
                    instrument.Meter.Scope == meters
                    && instrument.Name == "waverless.storage.group.size"
                )
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, size, _, _) => Note(size));
        listener.SetMeasurementEventCallback<int>((_, size, _, _) => Note(size));
        listener.Start();
        return listener;

        void Note(long size)
        {
            lock (sizes)
            {
                sizes.Add(size);
            }
        }
    }

    private sealed class OwnMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options.Name, null, null, this);

        public void Dispose()
        {
            // Meters without listeners hold nothing.
        }
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
