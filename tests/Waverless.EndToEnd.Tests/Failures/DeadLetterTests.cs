using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Waverless.EndToEnd.Hosts;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Failures;

/// <summary>Dead letters over HTTP: found, understood, run again after the fix, dropped.</summary>
public sealed class DeadLetterTests
{
    private const string Path = "/_waverless/api/v1/dead-letters";

    private volatile bool _healthy;
    private int _ran;

    private Task<LiveNode> StartAsync() =>
        LiveNode.StartAsync(waverless =>
        {
            waverless.AddFunction(
                "shop/order",
                async (FunctionContext context) =>
                {
                    var id = context.Payload.Bytes.Length;
                    await context.SetAsync($"order_{id}", "x"u8.ToArray());
                    return "ok";
                },
                f => f.Post().Writes("order_{}")
            );
            waverless.AddFunction(
                "shop/mail",
                (FunctionContext context) =>
                {
                    if (!_healthy)
                    {
                        throw new InvalidOperationException($"no mail for {context.Key}");
                    }

                    Interlocked.Increment(ref _ran);
                },
                f => f.OnNew("order_{}").Retry(attempts: 2, first: TimeSpan.FromMilliseconds(1))
            );
        });

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, int status = 200)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<JsonElement> ListAsync(LiveNode node, string query, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var answer = await node.Client.GetAsync(Path + query, patience.Token);
            var list = await JsonAsync(answer);
            if (list.GetProperty("deadLetters").GetArrayLength() == count)
            {
                return list;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    [Fact]
    public async Task They_are_listed_inspected_replayed_after_the_fix_and_dropped()
    {
        await using var node = await StartAsync();
        foreach (var payload in new[] { "1", "22", "333", "4444" })
        {
            await node.TextAsync("shop/order", payload);
        }

        var list = await ListAsync(node, "?app=shop&function=mail&error=failed", 4);
        var letters = list.GetProperty("deadLetters").EnumerateArray().ToList();
        Assert.Equal("order_1", letters[0].GetProperty("key").GetString());
        Assert.Equal("shop/mail", letters[0].GetProperty("function").GetString());
        Assert.False(letters[0].GetProperty("parked").GetBoolean());

        var id = letters[0].GetProperty("id").GetString();
        var one = await JsonAsync(await node.Client.GetAsync($"{Path}/{id}"));
        var errors = one.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(2, errors.Count);
        Assert.Contains("no mail for order_1", errors[0].GetProperty("reason").GetString()!);

        _healthy = true;
        var replayed = await node.Client.PostAsync($"{Path}/{id}/replay", null);
        Assert.Equal(1, (await JsonAsync(replayed)).GetProperty("replayed").GetInt32());
        await ListAsync(node, "?app=shop", 3);
        var dropped = await node.Client.DeleteAsync(
            $"{Path}/{letters[1].GetProperty("id").GetString()}"
        );
        Assert.Equal(1, (await JsonAsync(dropped)).GetProperty("dropped").GetInt32());
        var rest = await node.Client.PostAsync($"{Path}/replay?app=shop&key=order_", null);
        Assert.Equal(2, (await JsonAsync(rest)).GetProperty("replayed").GetInt32());
        await ListAsync(node, "", 0);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _ran) == 3, 60_000));
        await (await node.Client.GetAsync($"{Path}/{id}")).AssertProblemAsync(
            404,
            "not_found",
            id!
        );
        await (await node.Client.PostAsync($"{Path}/{id}/replay", null)).AssertProblemAsync(
            404,
            "not_found"
        );
    }

    [Fact]
    public async Task Lists_go_page_by_page()
    {
        await using var node = await StartAsync();
        foreach (var payload in new[] { "1", "22", "333" })
        {
            await node.TextAsync("shop/order", payload);
        }

        await ListAsync(node, "", 3);
        var first = await ListAsync(node, "?limit=2", 2);
        var next = first.GetProperty("next").GetString();
        var second = await ListAsync(node, $"?limit=2&after={next}", 1);
        Assert.False(second.TryGetProperty("next", out _));
    }

    [Theory]
    [InlineData("GET", "?color=red", "color")]
    [InlineData("GET", "?limit=0", "limit")]
    [InlineData("GET", "?limit=1001", "limit")]
    [InlineData("GET", "?error=sad", "error")]
    [InlineData("GET", "?after=x", "after")]
    [InlineData("GET", "?olderThan=-1", "olderThan")]
    [InlineData("GET", "?app=a&app=b", "app")]
    [InlineData("POST", "/replay", "filter")]
    [InlineData("POST", "/drop", "filter")]
    [InlineData("POST", "/drop?parked=maybe", "parked")]
    public async Task What_is_not_understood_changes_nothing(
        string method,
        string rest,
        string named
    )
    {
        await using var node = await StartAsync();
        await node.TextAsync("shop/order", "1");
        await ListAsync(node, "", 1);
        using var request = new HttpRequestMessage(new HttpMethod(method), Path + rest);
        using var answer = await node.Client.SendAsync(request);
        await answer.AssertProblemAsync(400, "bad_request", named);
        await ListAsync(node, "", 1);
    }

    [Fact]
    public async Task A_web_page_can_neither_see_nor_change_them()
    {
        await using var node = await StartAsync();
        foreach (var (method, path) in new[] { ("GET", ""), ("POST", "/drop?app=shop") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Path + path);
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            using var answer = await node.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }
}
