using System.Text;

namespace Waverless.Apps;

public sealed class ManifestFormTests
{
    [Fact]
    public void An_app_can_carry_its_name_on_top_of_its_settings()
    {
        var app = Parse(
            """
            shop:
              default: show
              partition: 4
              scheduler: least-loaded
              idempotent: true
              limits: {queue: 7, memory: 16MiB}
              shares: {till: {'order_{}': [read, write]}}
              fns:
                show: {http.get: {call: indirect}}
                sell: {limits: {memory: 32MiB}, idempotent: false}
            """
        );
        Assert.Equal("shop", app.Name);
        Assert.Equal("show", app.DefaultFunction);
        Assert.Equal(4, app.Partitions);
        Assert.Equal("least-loaded", app.Scheduler);
        Assert.True(app.Find("show")!.Idempotent);
        Assert.False(app.Find("sell")!.Idempotent);
        Assert.Equal(7, app.Limits.Queue);
        Assert.Equal(16L << 20, app.Find("show")!.Limits.Memory);
        Assert.Equal(32L << 20, app.Find("sell")!.Limits.Memory);
        Assert.Equal(7, app.Find("sell")!.Limits.Queue);
        var share = Assert.Single(app.Shares);
        Assert.Equal("till", share.App);
        Assert.Equal("order_{}", share.Pattern.Text);
        Assert.Equal(KeyOperations.Get | KeyOperations.Set, share.Operations);
        Assert.Equal(7, share.Line);
    }

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var app = Parse("a: {f: }");
        var function = Assert.Single(app.Functions);
        Assert.Equal(1, app.Partitions);
        Assert.Null(app.DefaultFunction);
        Assert.Empty(app.Shares);
        Assert.Equal(FunctionLimits.Default, app.Limits);
        Assert.Equal(FunctionLimits.Default, function.Limits);
        Assert.Equal(64L << 20, function.Limits.Memory);
        Assert.Equal(TimeSpan.FromSeconds(30), function.Limits.Timeout);
        Assert.Equal(16L << 20, function.Limits.Body);
        Assert.Equal(256, function.Limits.Concurrency);
        Assert.Equal(1_024, function.Limits.Queue);
        Assert.Equal(InstanceMode.Fresh, function.Instance);
        Assert.Null(function.Commit);
        Assert.Equal(IsolationMode.Serializable, function.Isolation);
        Assert.Equal(PoisonPolicy.DeadLetter, function.OnPoison);
        Assert.False(function.ValueAtEvent);
        Assert.Null(function.Timer);
        Assert.Null(function.Home);
        Assert.Empty(function.Affinity.Tags);
        Assert.Empty(function.Env);
        Assert.Empty(function.HttpOut);
        Assert.Equal(1, function.Line);
    }

    [Fact]
    public void All_settings_of_a_function_are_read()
    {
        var function = Parse(
            """
            a:
              f:
                http.get: {call: indirect}
                http.post: {call: direct}
                http.put: {call: indirect}
                http.delete: {call: indirect}
                http.patch: {call: direct}
                rpc:
                timer: 30s
                affinity: {tags: [gpu, fast], nodes: 3}
                limits: {memory: 1GiB, timeout: 500ms, concurrency: 2, queue: 0, body: 16KiB}
                instance: reuse
                commit: immediate
                isolation: snapshot
                partition: {header: X-User}
                value: at_event
                on_poison: park
                env: {LANG: C, EMPTY: }
                config: {some key: 'a value'}
                http_out: [example.org, '*.example.org:8443']
            """
        ).Functions[0];
        Assert.Equal(
            ["GET", "POST", "PUT", "DELETE", "PATCH"],
            function.Http.Select(h => h.Method)
        );
        Assert.Equal(CallKind.Direct, function.FindHttp("post")!.Call);
        Assert.Equal(CallKind.Indirect, function.FindHttp("GET")!.Call);
        Assert.Null(function.FindHttp("HEAD"));
        Assert.True(function.Rpc);
        Assert.Equal(TimeSpan.FromSeconds(30), function.Timer!.Interval);
        Assert.Equal(["gpu", "fast"], function.Affinity.Tags);
        Assert.Equal(3, function.Affinity.NodesMax);
        Assert.Equal(
            new FunctionLimits
            {
                Memory = 1L << 30,
                Timeout = TimeSpan.FromMilliseconds(500),
                Concurrency = 2,
                Queue = 0,
                Body = 16L << 10,
            },
            function.Limits
        );
        Assert.Equal(InstanceMode.Reuse, function.Instance);
        Assert.Equal(CommitMode.Immediate, function.Commit);
        Assert.Equal(IsolationMode.Snapshot, function.Isolation);
        Assert.Equal("X-User", function.Home!.Header);
        Assert.True(function.ValueAtEvent);
        Assert.Equal(PoisonPolicy.Park, function.OnPoison);
        Assert.Equal("C", function.Env["LANG"]);
        Assert.Equal("", function.Env["EMPTY"]);
        Assert.Equal("a value", function.Config["some key"]);
        Assert.Equal(["example.org", "*.example.org:8443"], function.HttpOut);
    }

    [Fact]
    public void A_functions_settings_go_before_the_apps()
    {
        var app = Parse(
            """
            a:
              commit: immediate
              value: at_event
              env: {A: app, B: app}
              http_out: [example.org]
              fns:
                plain:
                own: {commit: atomic, value: newest, env: {B: own}, http_out: []}
            """
        );
        var (plain, own) = (app.Functions[0], app.Functions[1]);
        Assert.Equal(CommitMode.Immediate, plain.Commit);
        Assert.True(plain.ValueAtEvent);
        Assert.Equal("app", plain.Env["B"]);
        Assert.Equal(["example.org"], plain.HttpOut);
        Assert.Equal(CommitMode.Atomic, own.Commit);
        Assert.False(own.ValueAtEvent);
        Assert.Equal("app", own.Env["A"]);
        Assert.Equal("own", own.Env["B"]);
        Assert.Empty(own.HttpOut);
    }

    [Fact]
    public void Indices_count_patterns_in_the_order_of_declaration()
    {
        var function = Parse(
            """
            a:
              f:
                condition: {kv_set: 0, kv_new: 1, kv_delete: 2}
                kvs: {z_{}: [get], m: [set], a: [delete]}
            """.Replace("z_{}", "'z_{}'", StringComparison.Ordinal)
        ).Functions[0];
        Assert.Equal(
            ["Set z_{}", "New m", "Delete a"],
            function.Triggers.Select(t => $"{t.Kind} {t.Pattern}")
        );
    }

    [Fact]
    public void The_first_forms_indices_count_patterns_in_sorted_order()
    {
        var app = Parse(
            """
            a:
              entry:
                event: [http_app: ]
                args: [http_text: ]
              f:
                event: [{kv_set: 0}, {kv_set: 2}]
                args: [{kv_key: 0}]
                kvs: {z: [get], m: [set], B: [delete]}
                limits: {timeout: 1m}
            """
        );
        var function = app.Find("f")!;
        Assert.Equal(["B", "m", "z"], function.Kvs.Select(kv => kv.Pattern.Text));
        Assert.Equal(["B", "z"], function.Triggers.Select(trigger => trigger.Pattern.Text));
        Assert.Equal(TimeSpan.FromMinutes(1), function.Limits.Timeout);
        Assert.Equal("entry", app.DefaultFunction);
        Assert.Equal("POST", Assert.Single(app.Find("entry")!.Http).Method);
    }

    [Fact]
    public void Triggers_can_be_written_as_operations_with_a_condition()
    {
        var function = Parse(
            """
            a:
              f:
                kvs:
                  image_{}: [get, trigger_by_write, {trigger_by_new: {condition: is_image}}]
              is_image:
            """
        ).Functions[0];
        Assert.Equal(KeyOperations.Get, Assert.Single(function.Kvs).Operations);
        Assert.Equal(
            [(KeyTriggerKind.Set, null), (KeyTriggerKind.New, "is_image")],
            function.Triggers.Select(trigger => (trigger.Kind, trigger.Condition))
        );
    }

    [Theory]
    [InlineData("'*'", null, new int[0])]
    [InlineData("5", 5, new int[0])]
    [InlineData("1,2, 3", null, new[] { 1, 2, 3 })]
    public void Nodes_are_all_a_number_or_ids(string text, int? count, int[] ids)
    {
        var affinity = Parse($"a: {{f: {{affinity: {{nodes: \"{text.Trim('\'')}\"}}}}}}")
            .Functions[0]
            .Affinity;
        Assert.Equal(count, affinity.NodesMax);
        Assert.Equal(ids, affinity.NodeIds);
    }

    [Theory]
    [InlineData("0 3 * * *")]
    [InlineData("*/5 0 0-12 1,15 JAN-DEC MON#1")]
    [InlineData("0 0 L * ?")]
    public void A_timer_can_be_a_cron_expression(string cron)
    {
        var timer = Parse($"a: {{f: {{timer: \"{cron}\"}}}}").Functions[0].Timer!;
        Assert.Equal(cron, timer.Cron);
        Assert.Null(timer.Interval);
    }

    [Fact]
    public void A_timer_can_say_its_zone_its_policy_and_whether_it_overlaps()
    {
        const string Zoned = "{cron: 0 3 * * *, zone: Europe/Berlin, misfire: skip, overlap: true}";
        var timer = Parse($"a: {{f: {{timer: {Zoned}}}}}").Functions[0].Timer!;
        Assert.Equal(("0 3 * * *", "Europe/Berlin"), (timer.Cron, timer.Zone));
        Assert.Equal((MisfirePolicy.Skip, true), (timer.Misfire, timer.MayOverlap));
        timer = Parse("a: {f: {timer: {every: 5m, misfire: all}}}").Functions[0].Timer!;
        Assert.Equal(TimeSpan.FromMinutes(5), timer.Interval);
        Assert.Equal((MisfirePolicy.All, false), (timer.Misfire, timer.MayOverlap));
        Assert.Equal(
            FunctionTimer.Every(TimeSpan.FromMinutes(5)),
            Parse("a: {f: {timer: {every: 5m}}}").Functions[0].Timer
        );
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_are_no_trouble()
    {
        byte[] file = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("a:\r\n  f:\r\n    rpc:\r\n")];
        Assert.True(ManifestReader.Parse(file, "app.yaml")[0].Functions[0].Rpc);
    }

    private static AppManifest Parse(string yaml) => ManifestReader.Parse(yaml, "app.yaml")[0];
}
