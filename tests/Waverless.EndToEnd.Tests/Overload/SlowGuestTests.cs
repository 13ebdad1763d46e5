using Microsoft.Extensions.DependencyInjection;
using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Overload;

/// <summary>Guests that compute for long, all at once.</summary>
public sealed class SlowGuestTests
{
    private const int Guests = 64;
    private const string TenMinutes = "600000";

    // No room to wait: the call after the last one that fits is refused, which tells all run.
    private const string Manifest = """
        limits: {concurrency: 64, queue: 0, timeout: 10m}
        fns:
          slow:
            http.post: {call: indirect}
        """;

    [Fact]
    public async Task Sixty_four_slow_guests_stop_neither_other_apps_nor_the_hosts_own_endpoints()
    {
        await using var node = await LiveNode.StartAsync(waverless =>
            waverless.Configure(options => options.DrainTimeout = TimeSpan.FromSeconds(1))
        );
        await node.DeployAsync("slow", Zip.App(Manifest, TestApps.Wasm("clock")));
        using var callers = new CancellationTokenSource();
        var slow = Enumerable
            .Range(0, Guests)
            .Select(_ => RunUntilGoneAsync(node, callers.Token))
            .ToList();
        await node.UntilAsync(429, "slow/slow", "0");

        await node.AssertAliveAsync();

        Assert.DoesNotContain(slow, call => call.IsCompleted);
        using (var refused = await node.CallAsync("slow/slow", "0"))
        {
            await refused.AssertProblemAsync(429, "queue_full", "slow");
        }

        // Their callers go away, and with them the guests.
        await callers.CancelAsync();
        await Task.WhenAll(slow);
        await node.UntilAsync(200, "slow/slow", "0");
        await node.AssertAliveAsync();
    }

    private static async Task RunUntilGoneAsync(LiveNode node, CancellationToken ct)
    {
        try
        {
            // The test's own probe may hold the last place for a moment.
            while (true)
            {
                using var content = new StringContent(TenMinutes);
                using var answer = await node.Client.PostAsync("/slow/slow", content, ct);
                Assert.Equal(429, (int)answer.StatusCode);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
    }
}
