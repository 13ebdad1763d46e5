using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Waverless.EndToEnd.Hosts;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Running;

/// <summary>What a caller hears when an app's quota is used up.</summary>
public sealed class QuotaAnswerTests
{
    private const string Guest = """
        quota: {keys: 1}
        fns:
          set:
            http.post: {call: indirect}
            kvs:
              note_{}: [set]
          get:
            http.post: {call: indirect}
            kvs:
              note_{}: [get]
          delete:
            http.post: {call: indirect}
            kvs:
              note_{}: [delete]
        """;

    [Theory]
    [InlineData("immediate")]
    [InlineData("atomic")]
    public async Task A_guest_over_its_quota_is_answered_with_507_and_goes_on_after_a_deletion(
        string commit
    )
    {
        await using var node = await LiveNode.StartAsync(_ => { });
        await node.DeployAsync(
            "small",
            Zip.App($"commit: {commit}\n{Guest}", TestApps.Wasm("store"))
        );
        Assert.Equal("set", await node.TextAsync("small/set", "note_a=1"));

        using var refused = await node.CallAsync("small/set", "note_b=2");

        await refused.AssertProblemAsync(507, "quota_exceeded", "its quota is 1");
        Assert.Equal("set", await node.TextAsync("small/set", "note_a=3"));
        Assert.Equal("(missing)", await node.TextAsync("small/get", "note_b"));
        await node.TextAsync("small/delete", "note_a");
        Assert.Equal("set", await node.TextAsync("small/set", "note_b=2"));
        await node.AssertAliveAsync();
    }

    [Fact]
    public async Task A_delegate_over_its_quota_is_answered_with_507()
    {
        await using var node = await LiveNode.StartAsync(waverless =>
            waverless
                .Configure(options => options.AppBytesMax = 4_096)
                .AddFunction(
                    "greedy/put",
                    async (FunctionContext context, byte[] value) =>
                    {
                        await context.SetTextAsync("first", "goes with the other or not at all");
                        await context.SetAsync("second", value);
                    },
                    f => f.Post().Writes("first").Writes("second")
                )
        );

        using var refused = await node.CallAsync("greedy/put", new string('x', 5_000));
        using var taken = await node.CallAsync("greedy/put", "x");

        await refused.AssertProblemAsync(507, "quota_exceeded");
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }
}
