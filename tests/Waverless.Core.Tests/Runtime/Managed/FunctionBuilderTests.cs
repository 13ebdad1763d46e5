using Waverless.Apps;

namespace Waverless.Runtime.Managed;

public sealed class FunctionBuilderTests
{
    private static FunctionManifest Build(Action<FunctionBuilder>? configure = null) =>
        FunctionRegistration.ForDelegate("shop/price", () => { }, configure).Manifest;

    private static string Refusal(Action<FunctionBuilder> configure)
    {
        var refused = Assert.Throws<ArgumentException>(() => Build(configure));
        Assert.Contains("'shop/price'", refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }

    [Fact]
    public void Nothing_said_means_get_and_post_and_rpc()
    {
        var manifest = Build();

        Assert.Equal("price", manifest.Name);
        Assert.Equal(
            [
                new HttpTrigger(HttpVerb.Get, CallKind.Indirect),
                new HttpTrigger(HttpVerb.Post, CallKind.Indirect),
            ],
            manifest.Http
        );
        Assert.True(manifest.Rpc);
        Assert.Empty(manifest.Triggers);
        Assert.Empty(manifest.Kvs);
        Assert.Null(manifest.Commit);
        Assert.Equal(FunctionLimits.Default, manifest.Limits);
    }

    [Fact]
    public void Grants_alone_leave_the_default_triggers()
    {
        Assert.Equal(2, Build(f => f.Reads("a_{}")).Http.Length);
    }

    [Fact]
    public void What_is_said_replaces_the_default()
    {
        Assert.Equal("PUT", Assert.Single(Build(f => f.Http(HttpVerb.Put)).Http).Method);
        Assert.False(Build(f => f.Get()).Rpc);
        Assert.Empty(Build(f => f.Rpc()).Http);
        var triggered = Build(f => f.OnSet("a_{}").OnNew("b_{}").OnDelete("c_{}"));
        Assert.Empty(triggered.Http);
        Assert.False(triggered.Rpc);
        Assert.Equal(
            [KeyTriggerKind.Set, KeyTriggerKind.New, KeyTriggerKind.Delete],
            triggered.Triggers.Select(trigger => trigger.Kind)
        );
        Assert.Equal("b_{}", triggered.Triggers[1].Pattern.Text);
    }

    [Fact]
    public void What_is_said_twice_counts_once()
    {
        var manifest = Build(f => f.Get().Get().OnSet("a_{}").OnSet("a_{}"));

        Assert.Single(manifest.Http);
        Assert.Single(manifest.Triggers);
    }

    [Fact]
    public void Operations_on_one_pattern_add_up_in_the_order_of_the_patterns()
    {
        var manifest = Build(f => f.Reads("a_{}").Writes("b_{}").Writes("a_{}").Deletes("b_{}"));

        Assert.Equal(["a_{}", "b_{}"], manifest.Kvs.Select(grant => grant.Pattern.Text));
        Assert.Equal(KeyOperations.Get | KeyOperations.Set, manifest.Kvs[0].Operations);
        Assert.Equal(KeyOperations.Set | KeyOperations.Delete, manifest.Kvs[1].Operations);
    }

    [Fact]
    public void Limits_and_the_commit_mode_are_taken_over()
    {
        var manifest = Build(f =>
            f.Timeout(TimeSpan.FromSeconds(2))
                .Concurrency(3)
                .Queue(0)
                .Body(5)
                .Commit(CommitMode.Immediate)
        );

        Assert.Equal(TimeSpan.FromSeconds(2), manifest.Limits.Timeout);
        Assert.Equal(3, manifest.Limits.Concurrency);
        Assert.Equal(0, manifest.Limits.Queue);
        Assert.Equal(5, manifest.Limits.Body);
        Assert.Equal(CommitMode.Immediate, manifest.Commit);
    }

    [Fact]
    public void What_is_out_of_range_names_the_function_and_the_range()
    {
        Assert.Contains("1 ms to 24 h", Refusal(f => f.Timeout(TimeSpan.Zero)), Ordinal);
        Assert.Contains("1 ms to 24 h", Refusal(f => f.Timeout(TimeSpan.FromDays(2))), Ordinal);
        Assert.Contains("expected 1 to 65536", Refusal(f => f.Concurrency(0)), Ordinal);
        Assert.Contains("expected 0 to 1048576", Refusal(f => f.Queue(-1)), Ordinal);
        Assert.Contains("expected 0 to 1073741824", Refusal(f => f.Body(1L << 31)), Ordinal);
        Assert.Contains("Get, Post", Refusal(f => f.Http((HttpVerb)77)), Ordinal);
        Assert.Contains("Atomic or Immediate", Refusal(f => f.Commit((CommitMode)77)), Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a_{")]
    [InlineData("{*}x")]
    public void A_bad_pattern_names_the_function_and_the_pattern(string pattern)
    {
        Assert.Contains($"'{pattern}'", Refusal(f => f.OnSet(pattern)), Ordinal);
        Assert.Contains($"'{pattern}'", Refusal(f => f.Reads(pattern)), Ordinal);
        Assert.Contains("orders_{}", Refusal(f => f.Writes(pattern)), Ordinal);
    }

    [Theory]
    [InlineData("price")]
    [InlineData("shop/")]
    [InlineData("shop/a/b")]
    [InlineData("appmgmt/price")]
    [InlineData(null)]
    public void A_bad_address_is_named_with_what_was_expected(string? address)
    {
        var refused = Assert.Throws<ArgumentException>(() =>
            FunctionRegistration.ForDelegate(address!, () => { })
        );

        Assert.Contains($"'{address}'", refused.Message, Ordinal);
        Assert.Contains("app/function", refused.Message, Ordinal);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
