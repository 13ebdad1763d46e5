using System.Text;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Events carry the value as it was where a function asks for it.</summary>
public sealed class ValueAtEventTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _seen = [];

    public ValueAtEventTests()
    {
        _sim.App("app")
            .Function("set", f => f.OnSet("in_{}").ValueAtEvent(), See)
            .Function("gone", f => f.OnDelete("in_{}").ValueAtEvent(), See)
            .Function("plain", f => f.OnDelete("plain_{}"), See);
    }

    private Task See(ScriptCall call)
    {
        var item = new FunctionEvent(call.Invocation.Event!, call.Invocation.EventId);
        var value = item.Value is { } bytes
            ? bytes.Length > 100
                ? $"{bytes.Length}"
                : Encoding.UTF8.GetString(bytes.Span)
            : "-";
        _seen.Add($"{item.Kind} {item.Key} {value}");
        return Task.CompletedTask;
    }

    [Fact]
    public void Sets_carry_the_new_value_and_deletes_the_old_one() =>
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("app");
            await store.SetTextAsync("in_1", "one");
            await store.SetTextAsync("in_1", "two");
            await store.SetTextAsync("in_1", "");
            await store.SetTextAsync("in_1", "four");
            await store.CommitAsync(new KvBatch().Delete("in_1"));
            await store.CommitAsync(new KvBatch().Delete("in_1"));
            await store.SetTextAsync("plain_1", "x");
            await store.CommitAsync(new KvBatch().Delete("plain_1"));
            await node.DrainedAsync("app");

            Assert.Equal(
                [
                    "KeyDelete in_1 four",
                    "KeyDelete plain_1 -",
                    "KeySet in_1 ",
                    "KeySet in_1 four",
                    "KeySet in_1 one",
                    "KeySet in_1 two",
                ],
                _seen.Order(StringComparer.Ordinal)
            );
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });

    [Fact]
    public void A_longer_value_stays_where_it_is() =>
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("app");
            foreach (var length in new[] { 16_384, 16_385 })
            {
                await store.CommitAsync(new KvBatch().Set("in_1", new byte[length]));
                await store.CommitAsync(new KvBatch().Delete("in_1"));
            }

            await node.DrainedAsync("app");
            Assert.Equal(
                ["KeyDelete in_1 -", "KeyDelete in_1 16384", "KeySet in_1 -", "KeySet in_1 16384"],
                _seen.Order(StringComparer.Ordinal)
            );
        });

    [Fact]
    public void The_value_survives_a_crash_before_the_event_has_run() =>
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "one");
            await node.DrainedAsync("app");
            node.Engine.CrashAfter = (_, commit) => commit.EventCount > 0;
            _ = node.Store("app").CommitAsync(new KvBatch().Delete("in_1")).AsTask();
            await _sim.UntilAsync(() => node.IsDead);
            _seen.Clear();
            node = await _sim.BootAsync();
            await node.DrainedAsync("app");
            Assert.Equal(["KeyDelete in_1 one"], _seen);
        });
}
