using System.Globalization;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>
/// Where commits are forced to the disk, what has ended waits a moment for one that takes it along.
/// </summary>
public sealed class CompletionDelayTests
{
    private const int DelayMs = 1_000;
    private readonly Sim _sim = Create(isForced: true);
    private readonly List<(int Events, int Completions)> _commits = [];
    private int _runs;

    private static Sim Create(bool isForced) =>
        new()
        {
            IsForced = isForced,
            Settings = new() { Pump = new PumpBounds { CompletionDelayMsMax = DelayMs } },
        };

    private async Task<SimNode> BootAsync(Sim sim)
    {
        var node = await sim.BootAsync();
        node.Engine.Fault = (_, commit) =>
        {
            _commits.Add((commit.EventCount, commit.CompletionCount));
            return null;
        };
        return node;
    }

    private void App(Sim sim) =>
        sim.App("app")
            .Function("root", f => f.Rpc().Writes("in_{}"), call => call.SetAsync("in_1", "x"))
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                _ =>
                {
                    _runs++;
                    return Task.CompletedTask;
                }
            );

    [Fact]
    public void A_finished_event_rides_in_the_next_commit_instead_of_one_of_its_own()
    {
        App(_sim);
        _sim.Run(async () =>
        {
            var node = await BootAsync(_sim);
            await node.Store("app").SetTextAsync("in_1", "x");
            await _sim.UntilAsync(() => _runs == 1);
            await _sim.DelayAsync(DelayMs / 4);
            Assert.Equal(1, await node.StoredEventsAsync("app"));

            await node.Store("app").SetTextAsync("other", "x");
            Assert.Equal(0, await node.StoredEventsAsync("app"));
            await _sim.DelayAsync(DelayMs * 3);
            Assert.Equal([(1, 0), (0, 1)], _commits);
            Assert.Equal(0, node.Node.Backlog.Of("app"));
        });
    }

    [Fact]
    public void Without_company_it_is_written_down_when_its_time_is_over()
    {
        App(_sim);
        _sim.Run(async () =>
        {
            var node = await BootAsync(_sim);
            await node.Store("app").SetTextAsync("in_1", "x");
            await _sim.DelayAsync(DelayMs / 2);
            Assert.Equal((1, 1), (_runs, await node.StoredEventsAsync("app")));

            // The timer of the first, which has gone, does not hurry the second.
            await node.Store("app").SetTextAsync("in_2", "x");
            await _sim.DelayAsync(DelayMs * 3 / 4);
            Assert.Equal((2, 1), (_runs, await node.StoredEventsAsync("app")));

            await _sim.DelayAsync(DelayMs / 2);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
            Assert.Equal([(1, 0), (1, 1), (0, 1)], _commits);
        });
    }

    [Fact]
    public void Who_waits_for_a_cascade_does_not_wait_for_company()
    {
        App(_sim);
        _sim.Run(async () =>
        {
            var node = await BootAsync(_sim);
            var began = _sim.Time.GetUtcNow();
            var result = await node.CallAsync("app/root", cascade: true);
            Assert.True(result.IsCompleted, result.Error);
            Assert.Equal(1, _runs);
            Assert.Equal(began, _sim.Time.GetUtcNow());
        });
    }

    [Fact]
    public void What_has_ended_rides_along_with_a_function_of_a_chain_that_nobody_knows_yet()
    {
        const int Links = 10;
        _sim.App("app")
            .Function("root", f => f.Rpc().Writes("n"), call => call.SetAsync("n", "0"))
            .Function("link", f => f.OnSet("n").Reads("n").Writes("n"), LinkAsync);
        _sim.Run(async () =>
        {
            var node = await BootAsync(_sim);
            var began = _sim.Time.GetUtcNow();
            var result = await node.CallAsync("app/root", cascade: true);
            Assert.True(result.IsCompleted, result.Error);
            Assert.Equal(began, _sim.Time.GetUtcNow());

            // One commit a hop, with the completion of the hop before, and one for the last.
            Assert.Equal(Links + 2, _commits.Count);
            Assert.Equal(Links + 1, _commits.Sum(commit => commit.Completions));
        });

        static async Task LinkAsync(ScriptCall call)
        {
            var n = int.Parse(await call.GetAsync("n") ?? "0", CultureInfo.InvariantCulture);
            if (n < Links)
            {
                await call.SetAsync("n", (n + 1).ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    [Fact]
    public void A_crash_before_it_is_written_down_runs_the_function_again()
    {
        App(_sim);
        _sim.Run(async () =>
        {
            var node = await BootAsync(_sim);
            await node.Store("app").SetTextAsync("in_1", "x");
            await _sim.UntilAsync(() => _runs == 1);
            node.Crash();

            node = await BootAsync(_sim);
            await node.DrainedAsync("app");
            Assert.Equal(2, _runs);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void A_stop_writes_it_down()
    {
        App(_sim);
        _sim.Run(async () =>
        {
            var node = await BootAsync(_sim);
            await node.Store("app").SetTextAsync("in_1", "x");
            await _sim.UntilAsync(() => _runs == 1);
            await node.Node.StopAsync(CancellationToken.None);

            node = await BootAsync(_sim);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
            await _sim.DelayAsync(DelayMs * 3);
            Assert.Equal(1, _runs);
        });
    }

    [Fact]
    public void Where_a_commit_is_cheap_nothing_waits()
    {
        var sim = Create(isForced: false);
        App(sim);
        sim.Run(async () =>
        {
            var node = await BootAsync(sim);
            await node.Store("app").SetTextAsync("in_1", "x");
            await sim.UntilAsync(() => _runs == 1);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
            Assert.Equal([(1, 0), (0, 1)], _commits);
        });
    }
}
