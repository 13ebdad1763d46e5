using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Waverless.Hosting.Support;

namespace Waverless.Hosting;

public sealed class HealthTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_is_live_always_and_ready_between_start_and_stop(bool inMemory)
    {
        using var folder = new TempFolder();
        await using var node = new TestNode(w =>
            w.Configure(options => options.DataFolder = inMemory ? null : folder["data"])
        );
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), await CheckAsync(node));
        await node.Host.StartAsync();
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), await CheckAsync(node));
        await node.Host.StopAsync();
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), await CheckAsync(node));
    }

    [Fact]
    public async Task A_node_is_not_ready_while_it_drains()
    {
        var began = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var node = await TestNode.StartAsync(w =>
            w.UseMemory()
                .AddFunction(
                    "a/slow",
                    async () =>
                    {
                        began.SetResult();
                        await release.Task;
                    }
                )
        );
        var call = node.CallAsync("a/slow");
        await began.Task;
        var stop = node.Host.StopAsync();
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), await CheckAsync(node));
        release.SetResult();
        await call;
        await stop;
    }

    private static async Task<(HealthStatus Live, HealthStatus Ready)> CheckAsync(TestNode node)
    {
        var health = node.Services.GetRequiredService<HealthCheckService>();
        var live = await health.CheckHealthAsync(check => check.Tags.Contains("live"));
        var ready = await health.CheckHealthAsync(check => check.Tags.Contains("ready"));
        Assert.Single(live.Entries);
        Assert.Single(ready.Entries);
        return (live.Status, ready.Status);
    }
}
