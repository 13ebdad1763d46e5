using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Management;

/// <summary>Hosts that the others do not know join by a token, once.</summary>
public sealed class JoinRouteTests
{
    private const string Api = "/_waverless/api/v1/cluster";

    [Fact]
    public async Task A_host_that_joined_gets_apps_and_partitions_and_needs_no_token_again()
    {
        await using var cluster = await StartAsync(2);
        using var form = Zip.Form(("app", Zip.App("x")));
        using var upload = await cluster.Clients[0].PostAsync("/appmgmt/upload_app", form);
        Assert.True(upload.IsSuccessStatusCode, await upload.Content.ReadAsStringAsync());

        var (address, token) = await InviteAsync(cluster);
        using (var client = await cluster.JoinAsync("three", address, token))
        {
            await UntilHomesAsync(client, [2, 3]);
            await UntilHomesAsync(cluster.Clients[0], [2, 3]);
            Assert.Equal("x", await client.GetStringAsync("/app/version"));
        }

        await cluster.StopJoinedAsync();
        // Stopped, not left: its partitions wait for it.
        await UntilHomesAsync(cluster.Clients[0], [2, 3]);
        using var again = await cluster.JoinAsync("three", address, token: null);
        using (var members = await again.GetAsync($"{Api}/members"))
        {
            Assert.Equal(3, (await members.JsonAsync()).GetProperty("self").GetInt32());
        }

        using var left = await again.PostAsync($"{Api}/leave", null);
        Assert.True(left.IsSuccessStatusCode, await left.Content.ReadAsStringAsync());
        await UntilHomesAsync(cluster.Clients[0], [2]);
    }

    [Fact]
    public async Task A_token_is_good_after_a_restart_of_the_node_that_gave_it_and_only_once()
    {
        await using var cluster = await StartAsync(2, (WebCluster.KeepsData, "yes"));
        var (address, token) = await InviteAsync(cluster);
        await cluster.RestartAsync(1);
        while (true)
        {
            try
            {
                (await cluster.JoinAsync("three", address, token)).Dispose();
                break;
            }
            catch (InvalidOperationException e)
                when (e.Message.Contains("Unreachable", StringComparison.Ordinal))
            {
                // The port opens a moment after the start.
                await Task.Delay(50);
            }
        }

        await RefusedAsync(cluster, address, token, "UsedToken", "was used already");
    }

    [Fact]
    public async Task Tokens_that_are_wrong_or_too_old_or_for_others_are_refused_by_their_names()
    {
        await using var cluster = await StartAsync(2);
        var (address, token) = await InviteAsync(cluster);
        var (_, other) = await InviteAsync(cluster);
        var parts = token.Split('.');
        parts[3] = other.Split('.')[3];
        var wrong = string.Join('.', parts);
        await RefusedAsync(cluster, address, wrong, "WrongToken", "does not know the token");
        await RefusedAsync(cluster, address, "wvl1.nonsense", "Token", "is no token");
        await RefusedAsync(cluster, address, "", "Token", "is not set");
        await RefusedAsync(cluster, "nowhere", token, "Address", "expected host:port");
        await RefusedAsync(
            cluster,
            address,
            token,
            "Spec",
            "has meta",
            ("Waverless:Join:Node:Spec:0", "meta"),
            ("Waverless:Join:Node:Spec:1", "worker")
        );
        await RefusedAsync(
            cluster,
            address,
            token,
            "Join",
            "names nodes as well",
            ("Waverless:ClusterFile", "cluster.yaml")
        );
        var port = WebCluster.FreePorts(1)[0];
        await RefusedAsync(
            cluster,
            $"127.0.0.1:{port}",
            token,
            "Unreachable",
            "Nobody takes joins"
        );

        var (_, old) = await InviteAsync(cluster, "?lifetime=00:00:00.0010000");
        await Task.Delay(20);
        await RefusedAsync(cluster, address, old, "ExpiredToken", "has expired");

        // None of that has used it up.
        (await cluster.JoinAsync("three", address, token)).Dispose();
    }

    [Theory]
    [InlineData("x")]
    [InlineData("00:00:00")]
    [InlineData("7.00:00:01")]
    public async Task A_lifetime_has_bounds(string lifetime)
    {
        await using var node = await WebNode.StartAsync(_ => { });
        using var answer = await node.Client.PostAsync($"{Api}/tokens?lifetime={lifetime}", null);
        var problem = await answer.ProblemAsync(400, "bad_request");
        Assert.Contains("up to 7 days", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_the_key_of_the_authority_says_so()
    {
        await using var cluster = await StartAsync(2);
        var (address, token) = await InviteAsync(cluster);
        using var joined = await cluster.JoinAsync("three", address, token);
        using var answer = await joined.PostAsync($"{Api}/tokens", null);
        var problem = await answer.ProblemAsync(409, "no_authority");
        Assert.Contains("authority.pem", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_by_itself_gives_no_tokens()
    {
        await using var node = await WebNode.StartAsync(_ => { });
        using var answer = await node.Client.PostAsync($"{Api}/tokens", null);
        await answer.ProblemAsync(404, "not_clustered");
    }

    private static Task<WebCluster> StartAsync(
        int nodes,
        params (string Key, string? Value)[] settings
    ) =>
        WebCluster.StartAsync(
            nodes,
            [("Waverless:JoinPort", $"{WebCluster.FreePorts(1)[0]}"), .. settings]
        );

    private static async Task<(string Address, string Token)> InviteAsync(
        WebCluster cluster,
        string query = ""
    )
    {
        using var answer = await cluster.Clients[0].PostAsync($"{Api}/tokens{query}", null);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var json = await answer.JsonAsync();
        Assert.True(json.GetProperty("node").GetInt32() > 2);
        Assert.True(json.GetProperty("expires").TryGetDateTimeOffset(out _));
        return (json.GetProperty("address").GetString()!, json.GetProperty("token").GetString()!);
    }

    private static async Task RefusedAsync(
        WebCluster cluster,
        string address,
        string token,
        string named,
        string why,
        params (string Key, string? Value)[] settings
    )
    {
        var refused = await Assert.ThrowsAnyAsync<InvalidOperationException>(() =>
            cluster.JoinAsync($"refused-{Guid.NewGuid():N}", address, token, settings)
        );
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Until a node sees that these have partitions.</summary>
    private static async Task UntilHomesAsync(HttpClient client, int[] expected)
    {
        while (true)
        {
            using var answer = await client.GetAsync($"{Api}/placement");
            var placement = await answer.JsonAsync();
            var homes = placement
                .GetProperty("nodes")
                .EnumerateArray()
                .Select(node => node.GetProperty("node").GetInt32());
            if (placement.GetProperty("due").GetInt32() == 0 && homes.SequenceEqual(expected))
            {
                return;
            }

            await Task.Delay(20);
        }
    }
}
