using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Diagnostics;
using Waverless.EndToEnd.Hosts;
using Waverless.Kv;

namespace Waverless.EndToEnd.Running;

/// <summary>A guest of the original ABI whose manifest asks for <c>commit: atomic</c>.</summary>
public sealed class AtomicGuestTests
{
    [Theory]
    [InlineData("serializable")]
    [InlineData("snapshot")]
    public async Task A_run_that_others_came_between_runs_again_and_no_update_is_lost(
        string isolation
    )
    {
        var app = $"sums_{isolation}";
        var conflicts = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listening) =>
            {
                if (instrument.Name == WaverlessTelemetry.TransactionConflicts)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, tags, _) =>
            {
                if (tags.Contains(new KeyValuePair<string, object?>("app", app)))
                {
                    Interlocked.Add(ref conflicts, count);
                }
            }
        );
        listener.Start();
        await using var node = await LiveNode.StartAsync(_ => { });
        var manifest = $$"""
            commit: atomic
            isolation: {{isolation}}
            fns:
              increment:
                http.post: {call: indirect}
                kvs:
                  note_count: [get, set]
            """;
        await node.DeployAsync(app, Zip.App(manifest, TestApps.Wasm("store")));
        var store = node.Services.GetRequiredKeyedService<IKvStore>(app);

        // Host code waits for no lock, so that sooner or later it comes between.
        var expected = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (Interlocked.Read(ref conflicts) == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            var guests = Enumerable.Range(0, 16).Select(_ => node.TextAsync($"{app}/increment"));
            var running = Task.WhenAll(guests);
            expected += 16;
            while (!running.IsCompleted)
            {
                expected += await TryAddAsync(store) ? 1 : 0;
            }

            await running;
        }

        Assert.Equal($"{expected}", await store.GetTextAsync("note_count"));
    }

    private static async Task<bool> TryAddAsync(IKvStore store)
    {
        if (await store.GetAsync("note_count") is not { } entry)
        {
            return false;
        }

        var next = int.Parse(System.Text.Encoding.UTF8.GetString(entry.Value.Span)) + 1;
        var batch = new KvBatch().RequireRevision("note_count", entry.Number);
        batch.Set("note_count", System.Text.Encoding.UTF8.GetBytes($"{next}"));
        return (await store.CommitAsync(batch)).IsCommitted;
    }
}
