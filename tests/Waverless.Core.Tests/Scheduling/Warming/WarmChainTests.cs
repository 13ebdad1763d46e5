using System.Diagnostics.Metrics;
using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Simulation;
using Waverless.Simulation.Clusters;

namespace Waverless.Scheduling.Warming;

public sealed class WarmChainTests
{
    private readonly ClusterSim _sim = new();
    private readonly List<(uint Node, string App, int Instances, TimeSpan At)> _warmed = [];
    private readonly List<TimeSpan> _reached = [];
    private readonly List<string> _counted = [];
    private string _next = "";

    [Fact]
    public void The_next_app_of_a_chain_is_warm_when_its_first_event_arrives() =>
        Run(async () =>
        {
            var home = _sim.HomeOf(_next);
            using var listener = Listen(_sim.Nodes[home].Meters);
            await LearnAndForgetAsync();
            _counted.Clear();
            _warmed.Clear();
            _reached.Clear();
            await ChainAsync();

            var (node, app, instances, at) = Assert.Single(_warmed, w => w.App == _next);
            Assert.Equal((home, _next, 1), (node, app, instances));
            Assert.True(at < Assert.Single(_reached), "it was warmed when it had begun already");
            Assert.Equal([WaverlessTelemetry.ColdStartsAvoided], _counted);
        });

    [Fact]
    public void Without_a_likely_neighbour_nothing_is_warmed_ahead() =>
        Run(async () =>
        {
            await LearnAndForgetAsync();
            _warmed.Clear();
            await Home("first").CallAsync("first/alone");
            await _sim.Loop.DelayAsync(1);

            Assert.Empty(_warmed);
        });

    [Fact]
    public void What_is_idle_is_dropped_and_what_runs_is_kept() =>
        Run(async () =>
        {
            await ChainAsync();
            var app = Home("first").Node.Catalog.Current.Apps["first"];
            Assert.Equal(1, app.Warmth.Instances);
            await _sim.Loop.DelayAsync(WarmLimits.IdleSeconds - 5);
            Assert.Equal(1, app.Warmth.Instances);
            await _sim.Loop.DelayAsync(10);
            Assert.Equal(0, app.Warmth.Instances);
            Assert.Contains(_warmed, w => w is { App: "first", Instances: 0 });
        });

    [Fact]
    public void A_message_that_is_no_wish_is_ignored() =>
        Run(async () =>
        {
            await _sim.ConvergedAsync();
            var (one, two) = (_sim.Nodes[1], _sim.Nodes[2]);
            var to = _sim.File.Single(node => node.Id.Value == 2).Address;
            foreach (byte[] body in new byte[][] { [], [255], [10, 200, 1], [10, 2, 120, 120] })
            {
                await one.On(async () =>
                {
                    await one.Transport.PostAsync(
                        to,
                        new Messaging.TransportMessage(Messaging.ClusterMessages.Warm, new(body)),
                        default
                    );
                    return true;
                });
            }

            await _sim.Loop.DelayAsync(1);
            Assert.Empty(_warmed);
            Assert.True((await two.SetAsync("first", "k", "v")).IsCommitted);
        });

    /// <summary>Two apps whose homes are two nodes, one of which sets off the other.</summary>
    private void Run(Func<Task> story)
    {
        var first = _sim.App("first");
        _next = Enumerable
            .Range(0, 100)
            .Select(i => "next-" + i)
            .First(app => _sim.HomeOf(app) != _sim.HomeOf("first"));
        first.Function("alone", f => f.Reads("k"), _ => Task.CompletedTask);
        first.Function(
            "begin",
            f => f.Sends($"{_next}/end"),
            async call =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), _sim.Loop.Clock);
                await call.CommitAsync(new KvBatch().Enqueue($"{_next}/end", "x"u8));
            }
        );
        _sim.App(_next)
            .Function(
                "end",
                f => f.OnMessage(),
                _ =>
                {
                    _reached.Add(_sim.Loop.Clock.Elapsed);
                    return Task.CompletedTask;
                }
            );
        _sim.Run(async () =>
        {
            foreach (var node in _sim.Nodes.Values)
            {
                node.Runtime.Warmed = (app, instances) =>
                    _warmed.Add((node.Id, app, instances, _sim.Loop.Clock.Elapsed));
            }

            await story();
        });
    }

    /// <summary>The chain runs a few times, and then not for so long that nothing is warm.</summary>
    private async Task LearnAndForgetAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            await ChainAsync();
        }

        await _sim.Loop.DelayAsync(WarmLimits.IdleSeconds + 5);
    }

    private async Task ChainAsync()
    {
        var reached = _reached.Count;
        await Home("first").CallAsync("first/begin");
        await _sim.UntilAsync(() => _reached.Count > reached);
        await _sim.DrainedAsync();
    }

    private ClusterSimNode Home(string app) => _sim.Nodes[_sim.HomeOf(app)];

    /// <summary>Hears which starts a node counts.</summary>
    private MeterListener Listen(TestMeters meters)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                var isStart =
                    instrument.Name
                    is WaverlessTelemetry.ColdStarts
                        or WaverlessTelemetry.ColdStartsAvoided;
                if (instrument.Meter.Scope == meters && isStart)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((one, _, _, _) => _counted.Add(one.Name));
        listener.Start();
        return listener;
    }
}
