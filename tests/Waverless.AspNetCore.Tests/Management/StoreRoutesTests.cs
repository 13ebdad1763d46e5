using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Kv;

namespace Waverless.AspNetCore.Management;

/// <summary>Triggers are paused and resumed, and the store's sizes told, over HTTP.</summary>
public sealed class StoreRoutesTests
{
    private const string Api = "/_waverless/api/v1";

    [Fact]
    public async Task Paused_triggers_start_nothing_until_they_are_resumed()
    {
        var ran = new TaskCompletionSource();
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/write", () => "x", f => f.Post().Writes("key_{}"))
                .AddFunction("app/react", () => ran.TrySetResult(), f => f.OnSet("key_{}"))
        );
        var store = node.Services.GetRequiredKeyedService<IKvStore>("app");

        Assert.False(await PausedAsync(node, HttpMethod.Get, ""));
        Assert.True(await PausedAsync(node, HttpMethod.Post, "/pause"));
        await store.SetTextAsync("key_1", "x");
        Assert.True(await PausedAsync(node, HttpMethod.Get, ""));
        Assert.False(ran.Task.IsCompleted);

        Assert.False(await PausedAsync(node, HttpMethod.Post, "/resume"));
        await ran.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Statistics_tell_keys_events_and_history_of_each_partition()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/react", () => { }, f => f.OnSet("key_{}"))
        );
        await PausedAsync(node, HttpMethod.Post, "/pause");
        var store = node.Services.GetRequiredKeyedService<IKvStore>("app");
        await store.CommitAsync(new KvBatch().Set("key_1", "x"u8).Set("key_2", "x"u8));

        var statistics = await (await node.Client.GetAsync(Api + "/statistics")).JsonAsync();

        var partition = statistics
            .GetProperty("partitions")
            .EnumerateArray()
            .Single(p => p.GetProperty("app").GetString() == "app");
        Assert.Equal(2, Count(partition.GetProperty("keys")));
        Assert.Equal(2, Count(partition.GetProperty("events").GetProperty("ready")));
        Assert.True(partition.GetProperty("keys").GetProperty("exact").GetBoolean());
        Assert.Equal(1, partition.GetProperty("revision").GetInt64());
    }

    [Theory]
    [InlineData("GET", "/triggers")]
    [InlineData("POST", "/triggers/pause")]
    [InlineData("POST", "/triggers/resume")]
    [InlineData("GET", "/statistics")]
    public async Task They_are_not_for_other_sites(string method, string path)
    {
        await using var node = await WebNode.StartAsync(w => w.AddFunction("app/x", () => "x"));
        using var request = new HttpRequestMessage(new HttpMethod(method), Api + path);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        await (await node.Client.SendAsync(request)).ProblemAsync(403, "cross_site");
    }

    private static int Count(JsonElement size) => size.GetProperty("count").GetInt32();

    private static async Task<bool> PausedAsync(WebNode node, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, $"{Api}/triggers{path}");
        using var answer = await node.Client.SendAsync(request);
        return (await answer.JsonAsync()).GetProperty("paused").GetBoolean();
    }
}
