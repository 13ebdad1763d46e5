using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Management;

/// <summary>Versions of an app are listed and rolled back to over HTTP.</summary>
public sealed class VersionRoutesTests
{
    private const string Apps = "/_waverless/api/v1/apps/";

    [Fact]
    public async Task A_rollback_at_one_node_is_one_of_all()
    {
        await using var cluster = await WebCluster.StartAsync(2);
        var (one, two) = (cluster.Clients[0], cluster.Clients[1]);
        var first = await UploadAsync(one, "v1");
        var second = await UploadAsync(two, "v2");

        var (active, kept) = await VersionsAsync(two);
        Assert.Equal(second, active);
        Assert.Equal([second, first], kept);

        using (var back = await two.PostAsync(Apps + "app/rollback", null))
        {
            var answer = await back.JsonAsync();
            Assert.Equal(first, answer.GetProperty("version").GetString());
        }

        Assert.Equal("v1", await one.GetStringAsync("/app/version"));
        Assert.Equal("v1", await two.GetStringAsync("/app/version"));
        (active, kept) = await VersionsAsync(one);
        Assert.Equal(first, active);
        Assert.Equal([first, second], kept);

        using (await one.PostAsync($"{Apps}app/rollback?version={second}", null))
        {
            Assert.Equal("v2", await two.GetStringAsync("/app/version"));
        }
    }

    [Fact]
    public async Task The_last_five_versions_are_kept_and_others_are_named_as_gone()
    {
        await using var cluster = await WebCluster.StartAsync(1);
        var client = cluster.Clients[0];
        var hashes = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            hashes.Add(await UploadAsync(client, $"v{i}"));
        }

        var (active, kept) = await VersionsAsync(client);
        Assert.Equal(hashes[6], active);
        Assert.Equal(Enumerable.Reverse(hashes).Take(5), kept);

        using var gone = await client.PostAsync($"{Apps}app/rollback?version={hashes[0]}", null);
        var problem = await gone.ProblemAsync(404, "version_not_kept");
        Assert.Contains(hashes[0], problem.Detail(), StringComparison.Ordinal);
        Assert.Contains(hashes[2], problem.Detail(), StringComparison.Ordinal);
        Assert.Equal("v6", await client.GetStringAsync("/app/version"));
    }

    [Fact]
    public async Task A_node_by_itself_keeps_the_version_in_service_only()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/hello", () => "x", f => f.Get())
        );
        var (active, kept) = await VersionsAsync(node.Client);
        Assert.Equal([active], kept);
        using var back = await node.Client.PostAsync(Apps + "app/rollback", null);
        await back.ProblemAsync(404, "version_not_kept");
    }

    [Theory]
    [InlineData("GET", "versions")]
    [InlineData("POST", "rollback")]
    public async Task An_unknown_app_is_named(string method, string what)
    {
        await using var node = await WebNode.StartAsync(_ => { });
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Apps}ghost/{what}");
        using var answer = await node.Client.SendAsync(request);
        var problem = await answer.ProblemAsync(404, "not_found");
        Assert.Contains("ghost", problem.Detail(), StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(HttpClient client, string code)
    {
        using var form = Zip.Form(("app", Zip.App(code)));
        using var answer = await client.PostAsync("/appmgmt/upload_app", form);
        var apps = (await answer.JsonAsync()).GetProperty("apps");
        return apps[0].GetProperty("version").GetString()!;
    }

    private static async Task<(string? Active, List<string?> Kept)> VersionsAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(Apps + "app/versions");
        var json = await answer.JsonAsync();
        var versions = json.GetProperty("versions").EnumerateArray().ToList();
        var active = json.GetProperty("active").GetString();
        Assert.Equal([active], versions.Where(IsActive).Select(HashOf));
        return (active, [.. versions.Select(HashOf)]);
    }

    private static bool IsActive(JsonElement version) => version.GetProperty("active").GetBoolean();

    private static string? HashOf(JsonElement version) =>
        version.GetProperty("version").GetString();
}
