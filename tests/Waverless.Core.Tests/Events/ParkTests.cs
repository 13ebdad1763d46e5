using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>A parked key waits for a person, in order; nobody else waits for it.</summary>
public sealed class ParkTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _ran = [];
    private bool _healthy;

    public ParkTests() =>
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Retry(attempts: 2).OnPoison(PoisonPolicy.Park),
                call =>
                {
                    if (!_healthy && call.Text == "in_bad")
                    {
                        throw new InvalidOperationException("poison");
                    }

                    _ran.Add($"{call.Text} {call.Invocation.EventId.Revision}");
                    return Task.CompletedTask;
                }
            );

    private async Task<SimNode> ParkedAsync()
    {
        var node = await _sim.BootAsync();
        foreach (var key in new[] { "in_bad", "in_bad", "in_good", "in_bad", "in_good" })
        {
            await node.Store("app").SetTextAsync(key, "x");
        }

        await _sim.UntilAsync(() => _ran.Count == 2 && node.Node.Pump.Parked.Count == 1);
        return node;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Later_events_of_the_key_wait_and_go_on_in_order_when_it_is_resumed(bool restart) =>
        _sim.Run(async () =>
        {
            var node = await ParkedAsync();
            if (restart)
            {
                node.Crash();
                _ran.Clear();
                node = await _sim.BootAsync();
            }

            await _sim.DelayAsync(60_000);
            Assert.DoesNotContain(
                _ran,
                entry => entry.StartsWith("in_bad", StringComparison.Ordinal)
            );
            Assert.Equal(3, node.Node.Backlog.Of("app"));
            var letters = node.Node.DeadLetters;
            var parked = (await letters.ListAsync(new() { Parked = true })).Letters.Single();
            Assert.True(parked.IsParked);
            Assert.Equal("in_bad", parked.Key.ToString());
            Assert.Equal(2, parked.Record.Errors.Length);
            Assert.NotNull(await letters.FindAsync(parked.Id));

            _healthy = true;
            _ran.Clear();
            Assert.True(await letters.ReplayAsync(parked.Id));
            await node.DrainedAsync("app");
            Assert.Equal(3, _ran.Count);
            Assert.Equal(_ran.Order(StringComparer.Ordinal), _ran);
            Assert.Empty((await letters.ListAsync(new())).Letters);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });

    [Fact]
    public void When_it_is_dropped_the_later_ones_go_on() =>
        _sim.Run(async () =>
        {
            var node = await ParkedAsync();
            var letters = node.Node.DeadLetters;
            _healthy = true;
            _ran.Clear();
            Assert.Equal(1, await letters.DropAllAsync(new() { Parked = true }));
            await node.DrainedAsync("app");
            Assert.Equal(2, _ran.Count);
            Assert.Empty((await letters.ListAsync(new())).Letters);
        });

    [Fact]
    public void One_that_fails_again_is_parked_again() =>
        _sim.Run(async () =>
        {
            var node = await ParkedAsync();
            var letters = node.Node.DeadLetters;
            var id = (await letters.ListAsync(new())).Letters.Single().Id;
            Assert.True(await letters.ReplayAsync(id));
            await _sim.UntilAsync(() => node.Node.Pump.Parked.Count == 1);
            var again = (await letters.ListAsync(new())).Letters.Single();
            Assert.Equal(id, again.Id);
            Assert.Equal([1, 2, 1, 2], again.Record.Errors.Select(error => error.Attempt));
        });

    [Fact]
    public void Beyond_the_bound_on_parked_events_they_become_dead_letters()
    {
        _sim.Settings = new() { Pump = new() { ParkedMax = 2 } };
        _sim.App("more")
            .Function(
                "on",
                f => f.OnSet("k_{}").Retry(attempts: 1).OnPoison(PoisonPolicy.Park),
                _ => Task.FromException(new IOException("no"))
            );
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 6; i++)
            {
                await node.Store("more").SetTextAsync($"k_{i}", "x");
                await _sim.DelayAsync(20);
            }

            await _sim.UntilAsync(() => node.Node.Backlog.Of("more") == 2);
            var letters = (await node.Node.DeadLetters.ListAsync(new() { App = "more" })).Letters;
            Assert.Equal(2, letters.Count(letter => letter.IsParked));
            Assert.Equal(4, letters.Count(letter => !letter.IsParked));
        });
    }
}
