using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Cascades;

/// <summary>What a waiter hears of everything that its call set in motion.</summary>
public sealed class CascadeTests(SharedNode shared)
{
    private const int DepthMax = 10_000;

    [Fact]
    public async Task An_endless_cycle_ends_at_the_depth_limit_with_a_dead_letter_that_says_so()
    {
        var app = await DeployTriggersAsync("cycle");

        var report = await WaitAsync($"{app}/begin_cycle");

        // The root, the ten thousand below it, and the one that was not run any more.

        AssertReport(report, invocations: DepthMax + 2, failures: 1, chain: DepthMax + 2);
        Assert.Contains(
            shared.Node.Log.Of(LogLevel.Error),
            line =>
                line.Contains("Dead letter", StringComparison.Ordinal)
                && line.Contains($"{app}/turn", StringComparison.Ordinal)
                && line.Contains("DepthExceeded", StringComparison.Ordinal)
        );
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task A_fan_out_of_a_thousand_is_counted_exactly()
    {
        var app = await DeployTriggersAsync("fan");

        var report = await WaitAsync($"{app}/fan_out", "1000");

        AssertReport(report, invocations: 1001, failures: 0, chain: 2);
        Assert.Equal("1000", report.GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_failure_in_a_cascade_is_counted_and_becomes_a_dead_letter()
    {
        var app = await DeployTriggersAsync("doom");

        var report = await WaitAsync($"{app}/doom", "x");

        AssertReport(report, invocations: 2, failures: 1, chain: 2);
        Assert.Contains(
            shared.Node.Log.Of(LogLevel.Error),
            line =>
                line.Contains("Dead letter", StringComparison.Ordinal)
                && line.Contains($"{app}/fail", StringComparison.Ordinal)
        );
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task Many_waiters_each_hear_of_their_own_cascade()
    {
        var app = await DeployTriggersAsync("waiters");

        var reports = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => WaitAsync($"{app}/fan_out", "10"))
        );

        Assert.All(reports, report => AssertReport(report, 11, 0, 2));
    }

    /// <summary>An app of its own for each test: they run side by side.</summary>
    private async Task<string> DeployTriggersAsync(string name)
    {
        var app = $"cascade_{name}";
        await shared.Node.DeployAsync(app, Zip.Guest("triggers"));
        return app;
    }

    private async Task<JsonElement> WaitAsync(string function, string payload = "")
    {
        using var answer = await shared.Node.CallAsync($"{function}?wait=cascade", payload);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static void AssertReport(
        JsonElement report,
        long invocations,
        long failures,
        long chain
    )
    {
        Assert.True(report.GetProperty("finished").GetBoolean());
        Assert.Equal(
            (invocations, failures, chain),
            (
                report.GetProperty("invocations").GetInt64(),
                report.GetProperty("failures").GetInt64(),
                report.GetProperty("longestChain").GetInt64()
            )
        );
    }
}
