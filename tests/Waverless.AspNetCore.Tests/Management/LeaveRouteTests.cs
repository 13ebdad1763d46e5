using System.Text.Json;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Management;

/// <summary>Nodes that leave give away what they have, and say why when they cannot.</summary>
public sealed class LeaveRouteTests
{
    private const string Api = "/_waverless/api/v1/cluster";

    [Theory]
    [InlineData(0, "?node=3")]
    [InlineData(2, "")]
    public async Task A_node_that_leaves_has_no_partitions_any_more_and_no_app_is_away(
        int asked,
        string query
    )
    {
        await using var cluster = await WebCluster.StartAsync(3);
        var apps = Enumerable.Range(0, 6).Select(number => $"app{number}").ToList();
        foreach (var app in apps)
        {
            using var form = Zip.Form((app, Zip.App("x")));
            using var upload = await cluster.Clients[0].PostAsync("/appmgmt/upload_app", form);
            Assert.True(upload.IsSuccessStatusCode, await upload.Content.ReadAsStringAsync());
        }

        var answer = await PostAsync(cluster.Clients[asked], $"leave{query}");
        Assert.Equal(3, answer.GetProperty("node").GetInt32());
        Assert.Equal("left", answer.GetProperty("state").GetString());
        foreach (var client in cluster.Clients)
        {
            // Those who were not asked follow the map a moment later.
            while (await HomesAsync(client) is not [2])
            {
                await Task.Delay(20);
            }
        }

        await StopAsync(cluster, 3);
        foreach (var app in apps)
        {
            using var call = await cluster.Clients[0].GetAsync($"/{app}/version");
            Assert.True(call.IsSuccessStatusCode, await call.Content.ReadAsStringAsync());
        }

        // It has left, so that nothing is to be done.
        await PostAsync(cluster.Clients[0], "leave?node=3");
    }

    [Fact]
    public async Task The_last_worker_and_the_keeper_of_the_metadata_stay()
    {
        await using var cluster = await WebCluster.StartAsync(2);
        await RefusedAsync(cluster, "leave", 409, "holds_metadata", "Node 1");
        await RefusedAsync(cluster, "leave?node=2", 409, "last_worker", "node 2");
        await RefusedAsync(cluster, "leave?node=9", 404, "unknown_node", "1, 2");
        await RefusedAsync(cluster, "leave?node=x", 400, "bad_request", "'x'");
        Assert.Equal<int[]>([2], await HomesAsync(cluster.Clients[0]));
    }

    [Fact]
    public async Task A_node_that_is_away_with_its_partitions_cannot_leave()
    {
        await using var cluster = await WebCluster.StartAsync(3);
        await StopAsync(cluster, 3);
        await RefusedAsync(cluster, "leave?node=3", 409, "node_away", "Node 3 is away");
        Assert.Equal<int[]>([2, 3], await HomesAsync(cluster.Clients[0]));
    }

    [Fact]
    public async Task Restarts_one_after_the_other_move_nothing()
    {
        await using var cluster = await WebCluster.StartAsync(3, (WebCluster.KeepsData, "yes"));
        var before = await PlacementAsync(cluster.Clients[0]);
        for (var node = 1; node <= 3; node++)
        {
            await cluster.RestartAsync(node);
        }

        foreach (var client in cluster.Clients)
        {
            // Includes the map's epoch: nothing has moved there and back either.
            Assert.Equal(before, await PlacementAsync(client));
        }
    }

    [Fact]
    public async Task A_node_that_has_left_is_in_service_again_when_it_starts()
    {
        await using var cluster = await WebCluster.StartAsync(3, (WebCluster.KeepsData, "yes"));
        await PostAsync(cluster.Clients[0], "leave?node=3");
        await cluster.RestartAsync(3);
        while (await HomesAsync(cluster.Clients[0]) is not [2, 3])
        {
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Of_two_workers_that_leave_at_once_one_stays()
    {
        await using var cluster = await WebCluster.StartAsync(3);
        var answers = await Task.WhenAll(
            cluster.Clients[1].PostAsync($"{Api}/leave", null),
            cluster.Clients[2].PostAsync($"{Api}/leave", null)
        );
        Assert.Equal([200, 409], answers.Select(answer => (int)answer.StatusCode).Order());
        await answers
            .Single(answer => !answer.IsSuccessStatusCode)
            .ProblemAsync(409, "last_worker");
        Assert.Single(await HomesAsync(cluster.Clients[0]));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task A_node_by_itself_cannot_leave()
    {
        await using var node = await WebNode.StartAsync(_ => { });
        using var answer = await node.Client.PostAsync($"{Api}/leave", null);
        await answer.ProblemAsync(404, "not_clustered");
    }

    [Fact]
    public async Task It_is_not_for_other_sites()
    {
        await using var node = await WebNode.StartAsync(_ => { });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/leave");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var answer = await node.Client.SendAsync(request);
        await answer.ProblemAsync(403, "cross_site");
    }

    private static async Task StopAsync(WebCluster cluster, int node)
    {
        await cluster.StopAsync(node);
        while (await StateOfAsync(cluster.Clients[0], node) != "left")
        {
            await Task.Delay(20);
        }
    }

    private static async Task<string?> StateOfAsync(HttpClient client, int node)
    {
        using var answer = await client.GetAsync($"{Api}/members");
        return (await answer.JsonAsync())
            .GetProperty("members")
            .EnumerateArray()
            .Single(member => member.GetProperty("node").GetInt32() == node)
            .GetProperty("state")
            .GetString();
    }

    private static async Task<string> PlacementAsync(HttpClient client)
    {
        while (true)
        {
            using var answer = await client.GetAsync($"{Api}/placement");
            var text = await answer.Content.ReadAsStringAsync();

            // At first it is the map that each node has computed by itself.
            if (!text.Contains("\"epoch\":0,", StringComparison.Ordinal))
            {
                return text;
            }

            await Task.Delay(20);
        }
    }

    /// <summary>The nodes that have partitions.</summary>
    private static async Task<int[]> HomesAsync(HttpClient client)
    {
        using var answer = await client.GetAsync($"{Api}/placement");
        return
        [
            .. (await answer.JsonAsync())
                .GetProperty("nodes")
                .EnumerateArray()
                .Select(node => node.GetProperty("node").GetInt32()),
        ];
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path)
    {
        using var answer = await client.PostAsync($"{Api}/{path}", null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private static async Task RefusedAsync(
        WebCluster cluster,
        string path,
        int status,
        string code,
        string detail
    )
    {
        using var answer = await cluster.Clients[0].PostAsync($"{Api}/{path}", null);
        var problem = await answer.ProblemAsync(status, code);
        Assert.Contains(detail, problem.Detail(), StringComparison.Ordinal);
    }
}
