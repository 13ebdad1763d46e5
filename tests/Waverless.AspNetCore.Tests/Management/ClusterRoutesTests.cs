using System.Text.Json;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Management;

/// <summary>What a node knows of its cluster is told over HTTP.</summary>
public sealed class ClusterRoutesTests
{
    private const string Api = "/_waverless/api/v1";

    [Fact]
    public async Task Members_are_told_as_the_node_sees_them()
    {
        await using var cluster = await WebCluster.StartAsync(
            2,
            ("Waverless:Nodes:2:Domain", "https://two.example/x"),
            ("Waverless:Nodes:2:Tags:0", "ssd"),
            ("Waverless:Nodes:2:Weight", "2.5")
        );
        var answer = await SeeAllAsync(cluster.Clients[0], 2);
        Assert.Equal(1, answer.GetProperty("self").GetInt32());
        Assert.True(answer.GetProperty("epoch").GetInt64() > 0);
        var members = answer.GetProperty("members").EnumerateArray().ToList();
        var (one, two) = (members[0], members[1]);
        Assert.Equal("alive", one.GetProperty("state").GetString());
        Assert.Equal(["meta", "master"], Words(one, "roles"));
        Assert.Equal(["meta", "worker"], Words(two, "roles"));
        Assert.Equal(["ssd"], Words(two, "tags"));
        Assert.Equal(2.5, two.GetProperty("weight").GetDouble());
        Assert.Equal($"127.0.0.1:{cluster.PortOf(2)}", two.GetProperty("address").GetString());
        Assert.Equal("https://two.example/x", two.GetProperty("http").GetString());
        Assert.Equal(
            $"http://127.0.0.1:{cluster.PortOf(1) + 1}",
            one.GetProperty("http").GetString()
        );
        Assert.True(two.GetProperty("takesWork").GetBoolean());
        Assert.True(two.GetProperty("since").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        Assert.NotEqual(one.GetProperty("life").GetString(), two.GetProperty("life").GetString());
    }

    [Fact]
    public async Task Placement_names_the_home_of_every_partition()
    {
        await using var cluster = await WebCluster.StartAsync(3);
        foreach (var app in (string[])["one", "two", "three"])
        {
            using var form = Zip.Form((app, Zip.App("x")));
            using var upload = await cluster.Clients[1].PostAsync("/appmgmt/upload_app", form);
            Assert.True(upload.IsSuccessStatusCode, await upload.Content.ReadAsStringAsync());
        }

        var views = new List<string>();
        foreach (var client in cluster.Clients)
        {
            var answer = await GetAsync(client, "/cluster/placement");
            var nodes = answer.GetProperty("nodes").EnumerateArray().ToList();
            Assert.Equal([2, 3], nodes.Select(node => node.GetProperty("node").GetInt32()));
            Assert.Equal(256, nodes.Sum(node => node.GetProperty("shards").GetInt32()));
            Assert.Equal(1, answer.GetProperty("metadata").GetInt32());
            var apps = nodes
                .SelectMany(node => node.GetProperty("partitions").EnumerateArray())
                .Select(partition => partition.GetProperty("app").GetString());
            Assert.Equal(["one", "three", "two"], apps.Order(StringComparer.Ordinal));
            views.Add(answer.GetRawText());
        }

        Assert.Single(views.Distinct(StringComparer.Ordinal));
        var one = await GetAsync(cluster.Clients[0], "/cluster/placement?app=two");
        Assert.DoesNotContain("three", one.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("two", one.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("members")]
    [InlineData("placement")]
    public async Task A_node_by_itself_says_so(string what)
    {
        await using var node = await WebNode.StartAsync(_ => { });
        using var answer = await node.Client.GetAsync($"{Api}/cluster/{what}");
        var problem = await answer.ProblemAsync(404, "not_clustered");
        Assert.Contains("Waverless:Nodes", problem.Detail(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/cluster/members")]
    [InlineData("GET", "/cluster/placement")]
    [InlineData("GET", "/apps/app/versions")]
    [InlineData("POST", "/apps/app/rollback")]
    public async Task They_are_not_for_other_sites(string method, string path)
    {
        await using var node = await WebNode.StartAsync(_ => { });
        using var request = new HttpRequestMessage(new HttpMethod(method), Api + path);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var answer = await node.Client.SendAsync(request);
        await answer.ProblemAsync(403, "cross_site");
    }

    private static IEnumerable<string?> Words(JsonElement member, string list) =>
        member.GetProperty(list).EnumerateArray().Select(word => word.GetString());

    private static async Task<JsonElement> SeeAllAsync(HttpClient client, int count)
    {
        while (true)
        {
            var answer = await GetAsync(client, "/cluster/members");
            var members = answer.GetProperty("members").EnumerateArray();
            if (members.Count(m => m.GetProperty("life").GetString() != "0") == count)
            {
                return answer;
            }

            await Task.Delay(20);
        }
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(Api + path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }
}
