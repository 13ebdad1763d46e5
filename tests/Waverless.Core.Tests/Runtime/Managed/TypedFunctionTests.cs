using System.Text;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class TypedFunctionTests
{
    private static FunctionRegistration Price(Action<FunctionBuilder>? configure = null) =>
        FunctionRegistration.ForTyped(
            "t/f",
            (Order order, FunctionContext _) => new ValueTask<Receipt>(new Receipt(order.Id, 2)),
            OrderJson.Default.Order,
            OrderJson.Default.Receipt,
            configure
        );

    [Fact]
    public async Task Json_goes_in_and_out_by_the_metadata_given()
    {
        await using var bench = await new ManagedBench().Add(Price()).LoadAsync();

        var result = await bench.InvokeTextAsync("""{"id":"a","count":1}""");

        Assert.Equal("""{"id":"a","price":2}""", result.Text);
        Assert.Equal("application/json", result.ContentType);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("")]
    public async Task What_is_not_json_of_the_type_is_a_bad_payload(string text)
    {
        await using var bench = await new ManagedBench().Add(Price()).LoadAsync();

        var result = await bench.InvokeTextAsync(text);

        Assert.Equal(InvocationStatus.BadPayload, result.Status);
        Assert.Contains("expected JSON of Order", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_events_alone_carry_no_json()
    {
        var refused = Assert.Throws<ArgumentException>(() => Price(f => f.OnSet("orders_{}")));

        Assert.Contains("GetJsonAsync", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_may_answer_nothing()
    {
        var ids = new List<string>();
        var keep = FunctionRegistration.ForTyped(
            "t/f",
            (Order order, FunctionContext _) =>
            {
                ids.Add(order.Id);
                return ValueTask.CompletedTask;
            },
            OrderJson.Default.Order
        );
        await using var bench = await new ManagedBench().Add(keep).LoadAsync();

        Assert.Equal("", (await bench.InvokeTextAsync("""{"id":"a","count":1}""")).Text);
        Assert.Equal(InvocationStatus.BadPayload, (await bench.InvokeTextAsync("null")).Status);
        Assert.Equal(["a"], ids);
    }

    [Fact]
    public async Task A_function_may_take_nothing_also_one_that_keys_start()
    {
        var tell = FunctionRegistration.ForTyped(
            "t/f",
            context => new ValueTask<Receipt>(new Receipt($"{context.Key}", 1)),
            OrderJson.Default.Receipt,
            f => f.OnSet("k_{}")
        );
        await using var bench = await new ManagedBench().Add(tell).LoadAsync();

        var result = await bench.InvokeAsync(Payload.FromText("k_1"), TriggerKind.KeySet);

        Assert.Equal("""{"id":"k_1","price":1}""", result.Text);
    }

    [Fact]
    public async Task A_raw_function_reads_its_payload_and_makes_its_result()
    {
        var raw = FunctionRegistration.ForContext(
            "t/f",
            async context =>
            {
                context.ContentType = "ignored/by-raw";
                var text = await context.ReadTextAsync();
                return InvocationResult.Completed(Encoding.UTF8.GetBytes(text + "!"), "a/b");
            }
        );
        await using var bench = await new ManagedBench().Add(raw).LoadAsync();

        var result = await bench.InvokeTextAsync("hi");

        Assert.Equal("hi!", result.Text);
        Assert.Equal("a/b", result.ContentType);
    }
}
