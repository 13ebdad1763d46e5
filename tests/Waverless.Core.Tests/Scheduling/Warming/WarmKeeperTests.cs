using Waverless.Invocations;
using Waverless.Simulation;

namespace Waverless.Scheduling.Warming;

public sealed class WarmKeeperTests
{
    private readonly Sim _sim = new();
    private readonly List<(string App, int Instances)> _warmed = [];

    [Fact]
    public void As_many_are_kept_warm_as_run_at_once()
    {
        App("busy");
        _sim.Run(async () =>
        {
            var node = await BootAsync();

            // Some 20 per second for 200 ms each: four at once.
            for (var i = 0; i < 600; i++)
            {
                _ = node.CallAsync("busy/run").AsTask();
                await _sim.DelayAsync(50);
            }

            var planned = node.Node.Warming.Keeper.Planned;
            Assert.Equal(1, planned.Apps);
            Assert.InRange(planned.Instances, 4, 8);
            Assert.InRange(node.Node.Warming.Keeper.Instances, planned.Instances, 8);
        });
    }

    [Fact]
    public void A_burst_is_kept_for_a_while_and_then_what_goes_on()
    {
        App("bursty");
        _sim.Run(async () =>
        {
            var node = await BootAsync();
            await Task.WhenAll(
                Enumerable.Range(0, 40).Select(_ => node.CallAsync("bursty/run").AsTask())
            );
            Assert.Equal(40, node.Node.Warming.Keeper.Instances);
            for (var i = 0; i < 60; i++)
            {
                await node.CallAsync("bursty/run");
                await _sim.DelayAsync(800);
            }

            Assert.InRange(node.Node.Warming.Keeper.Instances, 1, 2);
        });
    }

    [Fact]
    public void A_node_by_itself_sleeps_when_nothing_is_warm_and_wakes_for_the_next_call()
    {
        App("rare");
        _sim.Run(async () =>
        {
            var node = await BootAsync();
            var pulse = node.Node.Warming.Pulse;
            Assert.True(pulse.IsAsleep);
            await node.CallAsync("rare/run");
            Assert.False(pulse.IsAsleep);
            await _sim.DelayAsync((WarmLimits.IdleSeconds + 2) * 1000);
            Assert.True(pulse.IsAsleep);
            Assert.Equal([("rare", 0)], _warmed);
            await node.CallAsync("rare/run");
            Assert.False(pulse.IsAsleep);
        });
    }

    [Fact]
    public void No_app_gets_more_than_the_bound_however_much_runs()
    {
        App("huge");
        _sim.Run(async () =>
        {
            var node = await BootAsync();
            var calls = Enumerable.Range(0, 400).Select(_ => node.CallAsync("huge/run").AsTask());
            await Task.WhenAll(calls);

            Assert.Equal(WarmLimits.AppInstancesMax, node.Node.Warming.Keeper.Instances);
            Assert.All(_warmed, w => Assert.InRange(w.Instances, 0, WarmLimits.AppInstancesMax));
        });
    }

    [Fact]
    public void An_app_that_cannot_be_warmed_runs_all_the_same()
    {
        App("broken");
        _sim.Runtime.Warmed = (_, _) => throw new InvalidOperationException("no room");
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            node.Node.Warming.Keeper.Expect(node.Node.Catalog.Current.Apps["broken"]);
            await _sim.DelayAsync(1_000);
            Assert.Equal(0, node.Node.Warming.Keeper.Instances);
            Assert.Equal(InvocationStatus.Completed, (await node.CallAsync("broken/run")).Status);
        });
    }

    private void App(string name) =>
        _sim.App(name).Function("run", null, _ => _sim.DelayAsync(200));

    private Task<SimNode> BootAsync()
    {
        _sim.Runtime.Warmed = (app, instances) => _warmed.Add((app, instances));
        return _sim.BootAsync();
    }
}
