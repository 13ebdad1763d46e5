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
    [InlineData("a_{1x}")]
    [InlineData("a_{id}_{id}")]
    [InlineData("a_{a b}")]
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

    [Fact]
    public void Names_of_placeholders_are_not_part_of_the_manifest()
    {
        var manifest = Build(f => f.OnSet("a_{id}_{*rest}").Reads("a_{other}_{*}"));

        Assert.Equal("a_{}_{*}", Assert.Single(manifest.Triggers).Pattern.Text);
        Assert.Equal("a_{}_{*}", Assert.Single(manifest.Kvs).Pattern.Text);
    }

    [Fact]
    public void A_timer_is_an_interval_or_a_cron_expression_and_no_http()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), Build(f => f.Timer("30s")).Timer!.Interval);
        var manifest = Build(f => f.Timer("0 3 * * *"));
        Assert.Equal("0 3 * * *", manifest.Timer!.Cron);
        Assert.Empty(manifest.Http);
        Assert.False(manifest.Rpc);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10ms")]
    [InlineData("soon")]
    [InlineData("99 3 * * *")]
    public void A_bad_timer_names_what_was_expected(string schedule)
    {
        Assert.Contains($"'{schedule}'", Refusal(f => f.Timer(schedule)), Ordinal);
        Assert.Contains("cron expression", Refusal(f => f.Timer(schedule)), Ordinal);
    }

    [Fact]
    public void A_timer_may_have_a_zone_and_policies()
    {
        var timer = Build(f =>
            f.Timer("0 3 * * *", "Europe/Berlin", MisfirePolicy.Skip, mayOverlap: true)
        ).Timer!;

        Assert.Equal("Europe/Berlin", timer.Zone);
        Assert.Equal(MisfirePolicy.Skip, timer.Misfire);
        Assert.True(timer.MayOverlap);
        Assert.Contains("'Nowhere'", Refusal(f => f.Timer("0 3 * * *", "Nowhere")), Ordinal);
        Assert.Contains(
            "expected Last, Skip or All",
            Refusal(f => f.Timer("1s", misfire: (MisfirePolicy)9)),
            Ordinal
        );
    }

    [Fact]
    public void A_second_timer_is_refused() =>
        Assert.Contains("two timers", Refusal(f => f.Timer("1s").Timer("2s")), Ordinal);

    [Fact]
    public void A_queue_is_started_by_messages_alone()
    {
        var manifest = Build(f => f.OnMessage());

        Assert.True(manifest.Messages);
        Assert.Empty(manifest.Http);
        Assert.False(manifest.Rpc);
    }

    [Fact]
    public void Whom_it_sends_to_is_an_address_or_a_function_of_the_same_app()
    {
        var manifest = Build(f => f.Sends("mail").Sends("bank/pay").Sends("shop/mail"));

        Assert.Equal(["shop/mail", "bank/pay"], manifest.Sends.Select(target => $"{target}"));
        Assert.Equal(2, manifest.Http.Length);
        Assert.Contains("'a/b/c'", Refusal(f => f.Sends("a/b/c")), Ordinal);
        Assert.Contains("app/function", Refusal(f => f.Sends("")), Ordinal);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
