using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Functions;

public sealed class PartitionValueTests
{
    [Fact]
    public async Task A_header_decides_where_the_call_is_at_home()
    {
        await using var node = await NodeAsync("{header: X-Customer}");

        var homes = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var home = await HomeAsync(node, $"c{i}");
            Assert.Equal(home, await HomeAsync(node, $"c{i}"));
            homes.Add(home);
        }

        Assert.True(homes.Count > 1);
    }

    [Fact]
    public async Task A_request_without_the_declared_header_is_refused()
    {
        await using var node = await NodeAsync("{header: X-Customer}");

        var answer = await node.Client.GetAsync("/app/home");

        var problem = await answer.ProblemAsync(400, "bad_request");
        Assert.Contains("X-Customer", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_segment_decides_where_the_call_is_at_home()
    {
        await using var node = await NodeAsync("{route: 1}");

        var homes = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var home = await node.Client.GetStringAsync($"/app/home/orders/c{i}/more");
            Assert.Equal(home, await node.Client.GetStringAsync($"/app/home/x/c{i}"));
            homes.Add(home);
        }

        Assert.True(homes.Count > 1);
    }

    [Theory]
    [InlineData("/app/home")]
    [InlineData("/app/home/one")]
    public async Task A_path_without_the_declared_segment_is_refused(string path)
    {
        await using var node = await NodeAsync("{route: 1}");

        await (await node.Client.GetAsync(path)).ProblemAsync(400, "bad_request");
    }

    private static async Task<WebNode> NodeAsync(string home)
    {
        var node = await WebNode.StartAsync(w =>
            w.Services.AddSingleton<IFunctionRuntime, JarRuntime>()
        );
        var manifest = $$"""
            partition: 8
            fns:
              home:
                http.get: {call: indirect}
                partition: {{home}}
            """;
        var answer = await node.Client.PostAsync(
            "/appmgmt/upload_app",
            Zip.Form(("app", Zip.App("x", manifest)))
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return node;
    }

    private static async Task<string> HomeAsync(WebNode node, string customer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/app/home");
        request.Headers.Add("X-Customer", customer);
        return await (await node.Client.SendAsync(request)).Content.ReadAsStringAsync();
    }
}
