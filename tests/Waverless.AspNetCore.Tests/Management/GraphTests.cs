using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Management;

public sealed class GraphTests
{
    [Fact]
    public async Task The_graph_tells_which_function_sets_off_which()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/write", () => "x", f => f.Post().Writes("key_{}"))
                .AddFunction("app/react", () => { }, f => f.OnSet("key_{}"))
        );

        var graph = await (await node.Client.GetAsync("/_waverless/api/v1/graph")).JsonAsync();

        Assert.Equal(2, graph.GetProperty("functions").GetArrayLength());
        var edge = graph.GetProperty("edges").EnumerateArray().Single();
        Assert.Equal("app/write", edge.GetProperty("from").GetString());
        Assert.Equal("app/react", edge.GetProperty("to").GetString());
    }

    [Fact]
    public async Task The_graph_is_not_for_other_sites()
    {
        await using var node = await WebNode.StartAsync(w => w.AddFunction("app/x", () => "x"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_waverless/api/v1/graph");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        await (await node.Client.SendAsync(request)).ProblemAsync(403, "cross_site");
    }
}
