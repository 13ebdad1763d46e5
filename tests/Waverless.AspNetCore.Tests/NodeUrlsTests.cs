using System.Net;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore;

/// <summary>Where a node of a cluster takes HTTP.</summary>
public sealed class NodeUrlsTests
{
    [Fact]
    public async Task By_default_a_port_above_that_for_other_nodes()
    {
        await using var cluster = await WebCluster.StartAsync(1);
        Assert.Equal(cluster.PortOf(1) + 1, cluster.ListensAt(1).Single().Port);
        Assert.Equal("127.0.0.1", cluster.ListensAt(1).Single().Host);
        using var answer = await cluster.Clients[0].GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Where_the_nodes_http_says()
    {
        await using var cluster = await WebCluster.StartAsync(
            1,
            ("Waverless:Nodes:1:Http", "http://127.0.0.1:0")
        );
        Assert.NotEqual(cluster.PortOf(1) + 1, cluster.ListensAt(1).Single().Port);
    }

    [Theory]
    [InlineData("urls")]
    [InlineData("Kestrel:Endpoints:Main:Url")]
    public async Task Where_the_host_says_if_it_does(string key)
    {
        await using var cluster = await WebCluster.StartAsync(1, (key, "http://127.0.0.1:0"));
        Assert.NotEqual(cluster.PortOf(1) + 1, cluster.ListensAt(1).Single().Port);
    }
}
