using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.EndToEnd.Hosts;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Running;

/// <summary>Keys that an app of delegates shares, used by delegates and by a wasm guest.</summary>
public sealed class SharedKeyTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    [Fact]
    public async Task A_guest_writes_reads_and_deletes_what_is_shared_and_nothing_else()
    {
        var heard = new TaskCompletionSource<string>();
        await using var node = await StartAsync(heard);
        const string Manifest = """
            fns:
              set:
                http.post: {call: indirect}
                kvs: {'@shop/item_{}': [set], 'note_{}': [set]}
              get:
                http.post: {call: indirect}
                kvs: {'@shop/item_{}': [get]}
              delete:
                http.post: {call: indirect}
                kvs: {'@shop/item_{}': [delete]}
            """;
        await node.DeployAsync("guest", Zip.App(Manifest, TestApps.Wasm("store")));
        var shop = node.Services.GetRequiredKeyedService<IKvStore>("shop");

        await node.TextAsync("guest/set", "@shop/item_1=by a guest");

        Assert.Equal("by a guest", await shop.GetTextAsync("item_1"));
        Assert.Equal("item_1", await heard.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal("by a guest", await node.TextAsync("guest/get", "@shop/item_1"));
        await node.TextAsync("guest/delete", "@shop/item_1");
        Assert.Null(await shop.GetTextAsync("item_1"));
        using var refused = await node.CallAsync("guest/set", "@shop/price_1=0");
        await refused.AssertProblemAsync(500, "permission_denied", "@shop/price_1", "item_{}");
        Assert.Null(await shop.GetTextAsync("price_1"));
    }

    [Theory]
    [InlineData("commit: atomic\n", "'set' has 'commit: atomic'")]
    [InlineData("", "asks for Get, Set, Delete, but 'shop' shares Get, Set")]
    public async Task What_can_never_work_is_refused_when_it_is_uploaded(
        string setting,
        string expected
    )
    {
        await using var node = await StartAsync(new());
        var manifest =
            setting
            + """
                fns:
                  set:
                    http.post: {call: indirect}
                    kvs:
                      '@shop/price_{}': [get]
                      '@shop/deal_{}': [get, set, delete]
                """;
        using var answer = await node.UploadAsync(
            "guest",
            Zip.App(manifest, TestApps.Wasm("store"))
        );
        Assert.Equal(422, (int)answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync();
        Assert.Contains(expected, System.Text.RegularExpressions.Regex.Unescape(problem), Ordinal);
    }

    [Fact]
    public async Task Delegates_write_what_is_shared_with_them_by_immediate_commits()
    {
        var heard = new TaskCompletionSource<string>();
        await using var node = await StartAsync(
            heard,
            builder =>
                builder.AddFunction(
                    "user/put",
                    async context =>
                    {
                        await context.SetAsync("@shop/item_2", "by a delegate"u8.ToArray());
                        return Invocations.InvocationResult.Completed();
                    },
                    f => f.Post().Writes("@shop/item_{}").Commit(CommitMode.Immediate)
                )
        );
        var shop = node.Services.GetRequiredKeyedService<IKvStore>("shop");

        using var answer = await node.CallAsync("user/put");

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("by a delegate", await shop.GetTextAsync("item_2"));
        Assert.Equal("item_2", await heard.Task.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static Task<LiveNode> StartAsync(
        TaskCompletionSource<string> heard,
        Action<Hosting.IWaverlessBuilder>? more = null
    ) =>
        LiveNode.StartAsync(builder =>
        {
            builder
                .AddFunction(
                    "shop/on",
                    context =>
                    {
                        heard.TrySetResult(context.Key!.Value.ToString());
                        return new(Invocations.InvocationResult.Completed());
                    },
                    f => f.OnSet("item_{}")
                )
                .Share(
                    "shop",
                    "item_{}",
                    with: "guest",
                    KeyOperations.Get | KeyOperations.Set | KeyOperations.Delete
                )
                .Share("shop", "price_{}", with: "guest", KeyOperations.Get)
                .Share("shop", "deal_{}", with: "guest", KeyOperations.Get | KeyOperations.Set)
                .Share("shop", "item_{}", with: "user", KeyOperations.Set);
            more?.Invoke(builder);
        });
}
