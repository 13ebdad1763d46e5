using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.EndToEnd.Delegates;

/// <summary>Functions that carry attributes, in a real host, by each kind of trigger.</summary>
public sealed class AttributeTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    [Fact]
    public async Task Http_brings_json_in_and_out_and_the_write_starts_the_bill()
    {
        await using var host = await DelegateHost.StartAsync();

        using var answer = await host.Client.PostAsJsonAsync(
            "/shop/place_order?wait=cascade",
            new { item = "tea", count = 2 }
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("7.0", await host.Store("shop").GetTextAsync("bill_1"));
        Assert.Equal("order 1", await host.Store("shop").GetTextAsync("sent_shop"));
        Assert.Equal("7.0", await host.Client.GetStringAsync("/shop/total"));
        Assert.Equal(
            """{"id":1,"item":"tea","amount":7.0}""",
            await host.Store("shop").GetTextAsync("order_1")
        );
    }

    [Fact]
    public async Task What_is_not_the_declared_method_or_json_is_refused()
    {
        await using var host = await DelegateHost.StartAsync();

        using var got = await host.Client.GetAsync("/shop/place_order");
        using var bad = await host.Client.PostAsync(
            "/shop/place_order",
            new StringContent("{\"item\":3}")
        );

        Assert.Equal(HttpStatusCode.MethodNotAllowed, got.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task Messages_start_functions_with_json_and_bad_ones_are_dead_letters()
    {
        await using var host = await DelegateHost.StartAsync();

        var mail = new Mail("me", "hello");
        await host.Store("shop").EnqueueJsonAsync("send_mail", mail, ShopJson.Default.Mail);
        await host.Store("shop").EnqueueTextAsync("send_mail", "no json");

        Assert.Equal("hello", await host.ValueAsync("shop", "sent_me"));
        var letter = await host.DeadLetterAsync("shop");
        Assert.Equal(ErrorClass.BadPayload, letter.Error);
    }

    [Fact]
    public async Task The_hosts_own_code_calls_and_keeps_json_too()
    {
        await using var host = await DelegateHost.StartAsync();
        var invoker = host.Services.GetRequiredService<IFunctionInvoker>();

        var order = await invoker.CallAsync(
            "shop/place_order",
            new OrderRequest("cake", 1),
            ShopJson.Default.OrderRequest,
            ShopJson.Default.Order
        );

        Assert.Equal(new Order(1, "cake", 4), order);
        var store = host.Store("shop");
        Assert.Equal(order, await store.GetJsonAsync("order_1", ShopJson.Default.Order));
        await store.SetJsonAsync("order_8", order, ShopJson.Default.Order);
        await store.CommitAsync(new KvBatch().SetJson("order_9", order, ShopJson.Default.Order));
        Assert.Equal(order, await store.GetJsonAsync("order_9", ShopJson.Default.Order));
        Assert.Null(await store.GetJsonAsync("order_10", ShopJson.Default.Order));
        var refused = await Assert.ThrowsAsync<InvocationRefusedException>(async () =>
            await invoker.CallAsync(
                "shop/nothing",
                new Mail("a", "b"),
                ShopJson.Default.Mail,
                ShopJson.Default.Order
            )
        );
        Assert.Equal(InvocationStatus.NotFound, refused.Status);
    }

    [Fact]
    public async Task Keys_start_functions_with_their_parts()
    {
        await using var host = await DelegateHost.StartAsync();
        var (store, traces) = (host.Store("keys"), host.Traces);
        var id = Guid.NewGuid();

        await store.SetTextAsync($"set_{id}", "");
        await store.SetTextAsync("new_9000000000", "");
        await store.SetTextAsync("gone_x-1", "");
        await store.DeleteAsync("gone_x-1");
        await store.SetTextAsync("a_1", "");
        await store.SetTextAsync("b/c/d_e", "");

        Assert.Equal($"{id}", await traces.HeardAsync("set"));
        Assert.Equal("9000000000", await traces.HeardAsync("new"));
        Assert.Equal("x-1", await traces.HeardAsync("gone"));
        Assert.Equal("1", await traces.HeardAsync("left"));
        Assert.Equal("c/d_e", await traces.HeardAsync("right"));
    }

    [Fact]
    public async Task A_part_that_cannot_be_read_ends_in_a_dead_letter_and_others_go_on()
    {
        await using var host = await DelegateHost.StartAsync();
        await host.Store("keys").SetTextAsync("number_seven", "");
        await host.Store("keys").SetTextAsync("number_7", "");

        Assert.Equal("yes", await host.ValueAsync("keys", "numbers_seen_7"));
        var letter = await host.DeadLetterAsync("keys");
        Assert.Equal("number_seven", $"{letter.Key}");
        Assert.Equal(ErrorClass.BadPayload, letter.Error);
        Assert.Equal(1, letter.Record.Attempt);
        Assert.Contains("'seven'; expected Int32", letter.LastError!.Value.Text, Ordinal);
    }

    [Fact]
    public async Task Timers_start_functions()
    {
        await using var host = await DelegateHost.StartAsync();

        Assert.Equal("Timer", await host.Traces.HeardAsync("tick"));
    }

    [Fact]
    public async Task Parts_have_their_defaults_where_no_key_is()
    {
        await using var host = await DelegateHost.StartAsync();

        Assert.Equal("-1", await host.Client.GetStringAsync("/keys/both"));
    }

    [Fact]
    public async Task Functions_call_each_other()
    {
        await using var host = await DelegateHost.StartAsync();

        using var answer = await host.Client.PutAsync("/keys/caller", new StringContent("hi"));
        using var direct = await host.Client.PostAsync("/keys/callee", new StringContent("hi"));

        Assert.Equal("<hi>", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, direct.StatusCode);
    }

    [Fact]
    public async Task An_instance_is_made_for_each_invocation_and_disposed_after_it()
    {
        await using var host = await DelegateHost.StartAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("1 alive", await host.Client.GetStringAsync($"/scoped/save?{i}"));
        }

        Assert.Equal((3, 3), (host.Traces.Made, host.Traces.Disposed));
        Assert.Equal("2", await host.Store("scoped").GetTextAsync("text"));
    }

    [Fact]
    public async Task What_the_attributes_say_is_seen_in_the_graph()
    {
        await using var host = await DelegateHost.StartAsync();

        var graph = await host.Client.GetFromJsonAsync<JsonElement>("/_waverless/api/v1/graph");

        var starts = graph
            .GetProperty("starts")
            .EnumerateArray()
            .Where(start => start.GetProperty("function").GetString()!.StartsWith("shop/"))
            .Select(start =>
                $"{start.GetProperty("function")} {start.GetProperty("kind")} "
                + (start.TryGetProperty("on", out var on) ? on.GetString() : "")
            );
        Assert.Equal(
            [
                "shop/bill set order_{}",
                "shop/place_order http POST",
                "shop/report timer 1m",
                "shop/send_mail message ",
                "shop/total http GET",
                "shop/total http POST",
                "shop/total rpc ",
            ],
            starts
        );
        var message = Assert.Single(graph.GetProperty("messages").EnumerateArray());
        Assert.Equal("shop/place_order", message.GetProperty("from").GetString());
        Assert.Equal("shop/send_mail", message.GetProperty("to").GetString());
        Assert.Contains(
            graph.GetProperty("edges").EnumerateArray(),
            edge =>
                edge.GetProperty("from").GetString() == "shop/place_order"
                && edge.GetProperty("to").GetString() == "shop/bill"
        );
    }
}
