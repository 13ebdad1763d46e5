using Microsoft.Extensions.DependencyInjection;
using Waverless.Kv;

namespace Waverless.Runtime.Managed;

public sealed class SignatureTests
{
    private delegate void ByReference(ref int number);

    private delegate void BySpan(ReadOnlySpan<byte> bytes);

    [Fact]
    public async Task Two_payload_parameters_are_ambiguous_and_both_are_named()
    {
        var reason = await ManagedBench.RejectionAsync(
            (Order order, string text) => order.Id + text
        );

        Assert.Contains("'t/f'", reason, StringComparison.Ordinal);
        Assert.Contains("'order' (Order) and 'text' (String)", reason, StringComparison.Ordinal);
        Assert.Contains("expected at most one", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_nobody_registered_is_named()
    {
        var reason = await ManagedBench.RejectionAsync((IClock clock) => clock.Name);

        Assert.Contains("'clock' (IClock)", reason, StringComparison.Ordinal);
        Assert.Contains("registered service", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_marked_or_keyed_service_that_is_missing_is_named()
    {
        var marked = await ManagedBench.RejectionAsync(([Inject] IClock clock) => clock.Name);
        var keyed = await ManagedBench.RejectionAsync(
            ([FromKeyedServices("utc")] IClock clock) => clock.Name,
            services => services.AddSingleton<IClock>(new NamedClock("plain"))
        );

        Assert.Contains("'clock' (IClock) wants a service", marked, StringComparison.Ordinal);
        Assert.Contains("under the key 'utc'", keyed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_json_cannot_hold_is_named()
    {
        var reason = await ManagedBench.RejectionAsync((Clash clash) => clash.A);

        Assert.Contains("'clash' (Clash)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_json_payload_of_key_events_alone_explains_how_to_read_the_value()
    {
        var reason = await ManagedBench.RejectionAsync(
            (Order order) => order.Id,
            configure: f => f.OnSet("orders_{}")
        );

        Assert.Contains("GetJsonAsync", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void References_and_spans_are_refused_when_the_function_is_added()
    {
        var byReference = Refusal((ByReference)((ref int number) => number++));
        var bySpan = Refusal((BySpan)(bytes => { }));

        Assert.Contains("'number'", byReference, StringComparison.Ordinal);
        Assert.Contains("ref, out or in", byReference, StringComparison.Ordinal);
        Assert.Contains("'bytes'", bySpan, StringComparison.Ordinal);
        Assert.Contains("ReadOnlyMemory<byte>", bySpan, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delegate_of_several_targets_is_refused()
    {
        Action one = () => { };
        Action two = () => { };

        Assert.Contains("several targets", Refusal(one + two), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_parameter_needs_a_key_trigger()
    {
        var reason = Refusal((KvKey key) => key.ToString());

        Assert.Contains("'key' (KvKey)", reason, StringComparison.Ordinal);
        Assert.Contains("expected OnSet, OnNew or OnDelete", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Methods_static_instance_and_extension_are_all_bound()
    {
        var instance = new Greeter("hi");
        Assert.Equal("hi a", (await TextAsync(instance.Greet)).Text);
        Assert.Equal("static a", (await TextAsync(Greeter.GreetStatic)).Text);
        Assert.Equal("closed a", (await TextAsync("closed".GreetClosed)).Text);

        static Task<Invocations.InvocationResult> TextAsync(Func<string, string> greet) =>
            ManagedBench.RunAsync(greet, Invocations.Payload.FromText("a"));
    }

    [Fact]
    public async Task More_parameters_than_fit_on_the_stack_are_bound()
    {
        var result = await ManagedBench.RunAsync(
            (
                FunctionContext a,
                FunctionContext b,
                FunctionContext c,
                FunctionContext d,
                FunctionContext e,
                FunctionContext f,
                FunctionContext g,
                FunctionContext h,
                FunctionContext i,
                string text
            ) => ReferenceEquals(a, i) ? text : "",
            Invocations.Payload.FromText("all")
        );

        Assert.Equal("all", result.Text);
    }

    private static string Refusal(Delegate function)
    {
        var refused = Assert.Throws<ArgumentException>(() =>
            FunctionRegistration.ForDelegate("t/f", function)
        );
        Assert.Contains("'t/f'", refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    public sealed class Clash
    {
        public int A { get; set; }

        [System.Text.Json.Serialization.JsonPropertyName("a")]
        public int B { get; set; }
    }

    private sealed class Greeter(string greeting)
    {
        public string Greet(string name) => $"{greeting} {name}";

        public static string GreetStatic(string name) => $"static {name}";
    }
}

internal static class GreetingExtensions
{
    public static string GreetClosed(this string greeting, string name) => $"{greeting} {name}";
}
