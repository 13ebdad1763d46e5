using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>
/// Ordering keys that are shared by events in windows, behind windows and by windows that fail.
/// </summary>
public sealed class WindowKeysTests
{
    private const int EventCount = 240;
    private const int KeyCount = 7;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_event_of_a_few_keys_ends_once_and_in_its_keys_order(int seed)
    {
        var sim = new Sim(seed);
        var random = new Random(seed);
        var running = new HashSet<string>();
        var done = new Dictionary<string, List<ulong>>();
        sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Batch(9, TimeSpan.FromMilliseconds(20)),
                async call =>
                {
                    var window = call.Invocation.Window!;
                    var keys = window.Events.Select(Key).Distinct().ToList();
                    Assert.All(keys, key => Assert.True(running.Add(key), $"Twice: {key}"));
                    try
                    {
                        await sim.DelayAsync(random.Next(3));
                        Run(window);
                    }
                    finally
                    {
                        running.ExceptWith(keys);
                    }
                }
            );

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            var expected = new Dictionary<string, List<ulong>>();
            for (var index = 0; index < EventCount; index++)
            {
                var key = $"in_{random.Next(KeyCount)}";
                var set = await node.Store("app").SetTextAsync(key, "x");
                Of(expected, key).Add(set.Revision.Number);
            }

            await node.DrainedAsync("app");
            Assert.Equal(expected.OrderBy(item => item.Key), done.OrderBy(item => item.Key));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
            Assert.Equal(0, node.Node.Backlog.Of("app"));
        });

        void Run(EventWindow window)
        {
            if (random.Next(12) == 0)
            {
                throw new InvalidOperationException("The whole window fails.");
            }

            foreach (var (index, item) in window.Events.Index())
            {
                if (item.Attempt == 1 && window.Succeeded(index) && random.Next(20) == 0)
                {
                    item.Fail("not now");
                }
            }

            foreach (var (index, item) in window.Events.Index())
            {
                if (window.Succeeded(index))
                {
                    Of(done, Key(item)).Add(item.Revision);
                }
            }
        }
    }

    private static string Key(FunctionEvent item) => item.Key.ToString()!;

    private static List<ulong> Of(Dictionary<string, List<ulong>> lists, string key) =>
        lists.TryGetValue(key, out var list) ? list : lists[key] = [];
}
