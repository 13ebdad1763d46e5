using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Runtime.Managed;

public sealed class KeyPartTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static Task<InvocationResult> SetAsync(
        string key,
        Delegate function,
        params string[] patterns
    ) =>
        ManagedBench.RunAsync(
            function,
            Payload.FromText(key),
            TriggerKind.KeySet,
            f => Array.ForEach(patterns, pattern => f.OnSet(pattern))
        );

    [Fact]
    public async Task Parts_are_read_as_what_the_parameters_are()
    {
        var id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");

        var result = await SetAsync(
            $"a_{id}_-7_9000000000_x/rest",
            (Guid who, int count, long big, string text, string path) =>
                $"{who} {count} {big} {text} {path}",
            "a_{who}_{count}_{big}_{text}/{*path}"
        );

        Assert.Equal($"{id} -7 9000000000 x rest", result.Text);
    }

    [Theory]
    [InlineData("k_x", "'x'; expected Int32")]
    [InlineData("k_99999999999", "'99999999999'; expected Int32")]
    public async Task A_part_that_cannot_be_read_is_a_bad_payload(string key, string expected)
    {
        var result = await SetAsync(key, (int id) => id, "k_{id}");

        Assert.Equal(InvocationStatus.BadPayload, result.Status);
        Assert.Contains($"the key '{key}', whose 'id' is {expected}", result.Error, Ordinal);
        Assert.Contains("'t/f'", result.Error, Ordinal);
    }

    [Fact]
    public async Task The_first_pattern_that_matches_gives_the_part()
    {
        static string F(string id, int? page) => $"{id},{page}";

        Assert.Equal("7,", (await SetAsync("a_7", F, "a_{id}", "b_{id}_{page}")).Text);
        Assert.Equal("7,2", (await SetAsync("b_7_2", F, "a_{id}", "b_{id}_{page}")).Text);
    }

    [Fact]
    public async Task Removals_are_read_by_the_patterns_of_removals()
    {
        var result = await ManagedBench.RunAsync(
            (string a = "none", string b = "none") => $"{a} {b}",
            Payload.FromText("k_1"),
            TriggerKind.KeyDelete,
            f => f.OnSet("k_{a}").OnDelete("k_{b}")
        );

        Assert.Equal("none 1", result.Text);
    }

    [Fact]
    public async Task Without_a_key_a_part_is_missing_or_its_default()
    {
        static void Both(FunctionBuilder f) => f.OnSet("k_{id}").Post();
        var refused = await ManagedBench.RunAsync((int id) => id, configure: Both);
        var absent = await ManagedBench.RunAsync((int? id) => $"<{id}>", configure: Both);
        var substitute = await ManagedBench.RunAsync((int id = 5) => $"<{id}>", configure: Both);

        Assert.Equal(InvocationStatus.BadPayload, refused.Status);
        Assert.Contains("takes 'id' of the key", refused.Error, Ordinal);
        Assert.Equal("<>", absent.Text);
        Assert.Equal("<5>", substitute.Text);
    }

    [Fact]
    public async Task Parts_stand_beside_the_key_and_the_context()
    {
        var result = await SetAsync(
            "k_1",
            (KvKey key, string id, FunctionContext c) =>
                $"{key} {id} {c.GetKeyPart<int>("id") + 1}",
            "k_{id}"
        );

        Assert.Equal("k_1 1 2", result.Text);
    }

    [Fact]
    public async Task A_context_knows_only_the_names_of_its_patterns()
    {
        var result = await SetAsync(
            "k_1",
            (FunctionContext c) => c.TryGetKeyPart<string>("other", out var part) ? part : "none",
            "k_{id}"
        );

        Assert.Equal("none", result.Text);
    }

    [Fact]
    public async Task A_parameter_that_cannot_be_a_part_is_refused_at_start()
    {
        Assert.Contains(
            "ISpanParsable",
            await ManagedBench.RejectionAsync((Order id) => id, null, f => f.OnSet("k_{id}")),
            Ordinal
        );
        Assert.Contains(
            "not of all",
            await ManagedBench.RejectionAsync(
                (int page) => page,
                null,
                f => f.OnSet("k_{}").OnSet("b_{page}")
            ),
            Ordinal
        );
    }

    [Fact]
    public async Task A_service_may_have_the_name_of_a_placeholder()
    {
        await using var bench = new ManagedBench().Add(
            ([Inject] Receipt id) => id.Id,
            f => f.OnSet("k_{id}")
        );
        bench.Services.AddSingleton(new Receipt("service", 1));
        await bench.LoadAsync();

        var result = await bench.InvokeAsync(Payload.FromText("k_1"), TriggerKind.KeySet);

        Assert.Equal("service", result.Text);
    }
}
