using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore;

public sealed class HealthRoutesTests
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_node_that_serves_is_live_and_ready(string path)
    {
        await using var node = await WebNode.StartAsync(w => w.AddFunction("app/x", () => "x"));

        Assert.Equal("Healthy", await node.Client.GetStringAsync(path));
    }

    [Fact]
    public async Task A_check_of_the_host_counts_where_it_is_tagged()
    {
        await using var node = await WebNode.StartAsync(
            w => w.AddFunction("app/x", () => "x"),
            build: builder =>
                builder
                    .Services.AddHealthChecks()
                    .AddCheck("mine", () => HealthCheckResult.Unhealthy(), ["ready"])
        );

        var live = await node.Client.GetAsync("/health/live");
        var ready = await node.Client.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }

    [Fact]
    public async Task The_host_can_serve_its_own_health()
    {
        await using var node = await WebNode.StartAsync(
            w => w.AddFunction("app/x", () => "x"),
            http => http.MapHealth = false,
            host => host.MapGet("/health/live", () => "mine")
        );

        Assert.Equal("mine", await node.Client.GetStringAsync("/health/live"));
    }
}
