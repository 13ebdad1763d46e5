using System.Text;
using Waverless.Events;
using Waverless.Simulation;
using Waverless.Timers;

namespace Waverless.Kv;

/// <summary>What a store takes at once, and what it says beyond that.</summary>
public sealed class KvBoundTests
{
    private readonly Sim _sim = new()
    {
        Settings = new() { Kv = new() { BlobBytesMax = 200_000 } },
    };

    [Fact]
    public void A_blob_of_the_largest_size_is_taken_and_one_byte_more_is_refused()
    {
        Tell(async store =>
        {
            await using var fits = await store.OpenBlobWriteAsync("fits");
            await fits.WriteAsync(new byte[200_000]);
            var blob = await fits.CompleteAsync();
            Assert.True((await store.CommitAsync(new KvBatch().SetBlob(blob))).IsCommitted);

            await using var large = await store.OpenBlobWriteAsync("large");
            await large.WriteAsync(new byte[200_000]);
            var refused = await Assert.ThrowsAsync<KvWriteException>(async () =>
                await large.WriteAsync(new byte[1])
            );
            Assert.Equal(CommitRejection.TooLarge, refused.Result.Rejection);
            Assert.Contains("200001 bytes", refused.Message, StringComparison.Ordinal);
            Assert.Null(await store.OpenBlobReadAsync("large"));
        });
    }

    [Fact]
    public void A_batch_with_more_bytes_than_the_bound_is_refused()
    {
        Tell(async store =>
        {
            var value = new byte[new KvLimits().ValueBytesMax];
            var batch = new KvBatch();
            for (var i = 0; i < 15; i++)
            {
                batch.Set($"k{i}", value);
            }

            Assert.True((await store.CommitAsync(batch)).IsCommitted);
            var refused = await store.CommitAsync(batch.Set("one", value));
            Assert.Equal(CommitRejection.TooLarge, refused.Rejection);
            Assert.Contains("16777216", refused.Reason, StringComparison.Ordinal);
            Assert.Null(await store.GetTextAsync("one"));
        });
    }

    [Fact]
    public void A_batch_with_more_timers_than_the_bound_is_refused()
    {
        Tell(async store =>
        {
            var batch = new KvBatch();
            for (var i = 0; i <= TimerLimits.TimersPerBatchMax; i++)
            {
                batch.SetTimer(TimerStory.Every(60_000, $"t{i}"));
            }

            var refused = await store.CommitAsync(batch);
            Assert.Equal(CommitRejection.TooLarge, refused.Rejection);
            Assert.Contains("1001 timers", refused.Reason, StringComparison.Ordinal);
            batch.Timers!.RemoveAt(0);
            Assert.True((await store.CommitAsync(batch)).IsCommitted);
        });
    }

    [Fact]
    public void An_outbox_carries_at_most_a_page_at_once()
    {
        const int Messages = 600;
        var largest = 0;
        var received = 0;
        _sim.App("other")
            .Function(
                "work",
                f => f.OnMessage(),
                _ =>
                {
                    received++;
                    return Task.CompletedTask;
                }
            );
        Tell(
            async (node, store) =>
            {
                node.Engine.Fault = (partition, commit) =>
                {
                    largest =
                        partition.App == "other" ? Math.Max(largest, commit.EventCount) : largest;
                    return null;
                };
                var batch = new KvBatch().Set("k", "v"u8);
                for (var i = 0; i < Messages; i++)
                {
                    batch.Enqueue("other/work", Encoding.UTF8.GetBytes($"{i}"));
                }

                Assert.True((await store.CommitAsync(batch)).IsCommitted);
                await _sim.UntilAsync(() => received == Messages);
            }
        );

        Assert.Equal(256, largest);
    }

    [Fact]
    public void Finished_events_are_written_down_when_enough_wait_for_company()
    {
        const int Events = 400;
        var largest = 0;
        _sim.App("busy").Function("on", f => f.OnSet("in_{}"), _ => Task.CompletedTask);
        Tell(
            async (node, _) =>
            {
                node.Engine.Fault = (_, commit) =>
                {
                    largest = Math.Max(largest, commit.CompletionCount);
                    return null;
                };
                var batch = new KvBatch();
                for (var i = 0; i < Events; i++)
                {
                    batch.Set($"in_{i}", "x"u8);
                }

                Assert.True((await node.Store("busy").CommitAsync(batch)).IsCommitted);
                await node.DrainedAsync("busy");
            }
        );

        // Whoever finds it full commits; a few others end meanwhile.
        Assert.InRange(largest, CompletionBuffer.FlushAt / 2, 2 * CompletionBuffer.FlushAt);
    }

    private void Tell(Func<IKvStore, Task> story) => Tell((_, store) => story(store));

    private void Tell(Func<SimNode, IKvStore, Task> story)
    {
        _sim.App("app").Function("tick", f => f.Rpc(), _ => Task.CompletedTask);
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await story(node, node.Store("app"));
        });
    }
}
