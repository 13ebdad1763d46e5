using System.Diagnostics;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Storage;

namespace Scorecard.Rows;

/// <summary>
/// Messages that are committed with a value, handled by a .NET function and gone from the store
/// again, per second: 64 writers, each of which writes its next when its last was handled.
/// </summary>
internal sealed class MessageRateRow(StorageDurability durability) : IRow
{
    private const int Rounds = 7;
    private const int Writers = 64;
    private const int PerWriter = 200;

    public string Name => $"message-rate-{durability}";

    private bool IsSynced => durability == StorageDurability.Disk;

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        var flight = new Flight(Writers);
        await using var node = await flight.StartAsync(data, durability);
        using var bare = new BareRocks(data.At("bare"), IsSynced);
        async Task<double> Messages()
        {
            var began = Stopwatch.GetTimestamp();
            await flight.RunAsync(node, PerWriter);
            return Writers * PerWriter / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        Task<double> Batches() => Task.Run(() => IsSynced ? Grouped(bare) : Alone(bare));
        for (var round = 0; round < Rounds; round++)
        {
            await Messages();
            await Batches();
        }

        var rounds = await Comparison.RunAsync(Rounds, Messages, Batches);
        return
        [
            Line.From(
                $"messages, 64 in flight, {durability}",
                "/s",
                rounds,
                Bar.RatioAtLeast(IsSynced ? 0.8 : 0.5),
                IsSynced
                    ? "synced RocksDB batches of put + event record, 64 threads"
                    : "RocksDB batches of put + event record, one thread",
                flight.Errors
            ),
        ];
    }

    /// <summary>RocksDB groups what its threads write at the same time.</summary>
    private static double Grouped(BareRocks bare)
    {
        var began = Stopwatch.GetTimestamp();
        var threads = Enumerable
            .Range(0, Writers)
            .Select(writer => new Thread(() => Write(bare, writer, PerWriter)))
            .ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        return Writers * PerWriter / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Alone(BareRocks bare)
    {
        var began = Stopwatch.GetTimestamp();
        Write(bare, 0, Writers * PerWriter);
        return Writers * PerWriter / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Write(BareRocks bare, int writer, int count)
    {
        using var batch = bare.NewBatch();
        var records = new CommitRecords(KvNode.Value.ToArray(), "land");
        var key = Flight.KeyOf(writer);
        for (var index = 0; index < count; index++)
        {
            records.AddPutAndEvent(batch, key);
            batch.Commit();
        }
    }
}
