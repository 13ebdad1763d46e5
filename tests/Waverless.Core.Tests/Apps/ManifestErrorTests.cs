using System.Text;

namespace Waverless.Apps;

public sealed class ManifestErrorTests
{
    /// <summary>Manifests with one defect each: place, message, what is right.</summary>
    public static TheoryData<string, int, int, string, string> Defects { get; } =
        new()
        {
            { "", 1, 1, "The file is empty", "an app with functions" },
            { "# nothing", 1, 1, "The file is empty", "an app" },
            { "hello", 1, 1, "The file holds 'hello'", "an app" },
            { "- a", 1, 1, "The file holds a list", "an app" },
            { "{}", 1, 1, "The file holds a mapping", "an app" },
            { "a:", 1, 1, "The app 'a' has no functions", "function names" },
            { "a: {fns: }", 1, 5, "The app 'a' has no functions", "function names" },
            { "a: [f]", 1, 4, "The app 'a' has no functions", "function names" },
            { "fns: {f: }", 1, 1, "does not name its app", "name on top" },
            { "metrics: {f: }", 1, 1, "'metrics' is reserved", "letters" },
            { "a b: {f: }", 1, 1, "'a b' holds a character", "letters" },
            { "a:\n  f g: {}", 2, 3, "The function name 'f g'", "letters" },
            { "a: {f: 3}", 1, 8, "The function 'f' is '3'", "a mapping of http.get" },
            { "a: {f: {rcp: }}", 1, 9, "no key 'rcp'", "did you mean 'rpc'?" },
            { "a: {f: {kv: {}}}", 1, 9, "no key 'kv'", "did you mean 'kvs'?" },
            { "a: {f: {zzz: }}", 1, 9, "no key 'zzz'", "one of http.get, http.post" },
            { "a: {fns: {f: }, limit: {}}", 1, 17, "no key 'limit'", "did you mean 'limits'?" },
            { "a: {f: {rpc: yes}}", 1, 14, "'rpc' is 'yes'", "nothing behind 'rpc:'" },
            { "a: {f: {messages: all}}", 1, 19, "'messages' is 'all'", "nothing behind" },
            {
                "a: {f: {commit: atomic, kvs: {k: [get], '@b/k': [get, set]}}}",
                1,
                41,
                "'@b/k' asks for Set, but 'f' has 'commit: atomic'",
                "'commit: immediate' for it, or nothing but 'get'"
            },
            {
                "a: {commit: atomic, fns: {f: {kvs: {'@b/k': [delete]}}}}",
                1,
                37,
                "'@b/k' asks for Delete",
                "'commit: immediate'"
            },
            { "a: {f: {sends: b/c}}", 1, 16, "'sends' is 'b/c'", "a list of at most 64" },
            { "a: {f: {sends: [b/c/d]}}", 1, 17, "'b/c/d'", "app/function" },
            { "a: {f: {sends: [g]}}", 1, 17, "has no function 'g'", "a function of this app" },
            { "a: {f: {sends: [a/g]}}", 1, 17, "has no function 'a/g'", "of this app" },
            { "a: {f: {sends: [f]}}", 1, 17, "'f' takes no messages", "'messages:'" },
            { "a: {f: {http.get: }}", 1, 9, "does not say how to call", "call: direct" },
            { "a: {f: {http.get: {}}}", 1, 9, "does not say how to call", "call: direct" },
            { "a: {f: {http.get: direct}}", 1, 19, "'http.get' is 'direct'", "a mapping of call" },
            { "a: {f: {http.get: {call: both}}}", 1, 26, "'both'", "indirect or direct" },
            { "a: {f: {http.get: {cal: direct}}}", 1, 20, "no key 'cal'", "'call'" },
            { "a: {f: {instance: new}}", 1, 19, "'instance' is 'new'", "fresh or reuse" },
            { "a: {f: {idempotent: yes}}", 1, 21, "'idempotent' is 'yes'", "false or true" },
            { "a: {fns: {f: }, scheduler: [hash]}", 1, 28, "'scheduler' is a list", "locality" },
            { "a: {fns: {f: }, scheduler: 'a b'}", 1, 28, "'scheduler' is 'a b'", "the name of" },
            { "a: {fns: {f: }, schedular: hash}", 1, 17, "no key 'schedular'", "'scheduler'" },
            { "a: {f: {commit: later}}", 1, 17, "'later'", "atomic or immediate" },
            { "a: {f: {isolation: 1}}", 1, 20, "'1'", "serializable or snapshot" },
            { "a: {f: {value: old}}", 1, 16, "'old'", "newest or at_event" },
            { "a: {f: {on_poison: }}", 1, 20, "nothing", "dead_letter or park" },
            { "a: {f: {kvs: [a]}}", 1, 14, "'kvs' is a list", "a mapping of key patterns" },
            { "a: {f: {kvs: {a: get}}}", 1, 18, "The operations are 'get'", "a list of get" },
            { "a: {f: {kvs: {a: [gte]}}}", 1, 19, "'gte' is not", "did you mean 'get'?" },
            { "a: {f: {kvs: {a: [[get]]}}}", 1, 19, "a list is not", "a list of get" },
            { "a: {f: {kvs: {a: {}}}}", 1, 18, "has no operations", "ops" },
            { "a: {f: {kvs: {'{}{}': [get]}}}", 1, 15, "more than one way", "slice_{}" },
            { "a: {f: {kvs: {'@a/x': [get]}}}", 1, 15, "its own app", "without '@'" },
            { "a: {f: {condition: }}", 1, 9, "'condition' is empty", "kv_set" },
            { "a: {f: {condition: {kv_st: 0}}}", 1, 21, "no key 'kv_st'", "'kv_set'" },
            { "a: {f: {condition: {kv_set: 0}}}", 1, 29, "declares none", "under 'kvs'" },
            {
                "a: {f: {condition: {kv_set: 1}, kvs: {k: []}}}",
                1,
                29,
                "'kv_set' is '1'",
                "from 0 to 0, which declares 1 pattern"
            },
            {
                "a: {f: {condition: {kv_new: -1}, kvs: {k: [], l: []}}}",
                1,
                29,
                "'kv_new' is '-1'",
                "from 0 to 1, which declares 2 patterns"
            },
            { "a: {f: {condition: {kv_set: x}, kvs: {k: []}}}", 1, 29, "'x'", "from 0 to 0" },
            { "a: {f: {condition: {kv_set: }, kvs: {k: []}}}", 1, 29, "nothing", "from 0 to 0" },
            { "a: {f: {limits: {memory: 64}}}", 1, 26, "'memory' is '64'", "64MiB" },
            { "a: {f: {limits: {memory: 64MB}}}", 1, 26, "'64MB'", "64MiB" },
            { "a: {f: {limits: {memory: 1B}}}", 1, 26, "'1B'", "from 64KiB to 4GiB" },
            { "a: {f: {limits: {memory: 5GiB}}}", 1, 26, "'5GiB'", "from 64KiB to 4GiB" },
            { "a: {f: {limits: {memory: 9999999999GiB}}}", 1, 26, "'9999999999GiB'", "4GiB" },
            { "a: {f: {limits: {body: -1KiB}}}", 1, 24, "'-1KiB'", "from 0B to 1GiB" },
            { "a: {f: {limits: {timeout: 30}}}", 1, 27, "'timeout' is '30'", "30s" },
            { "a: {f: {limits: {timeout: 0s}}}", 1, 27, "'0s'", "from 1ms to 1d" },
            { "a: {f: {limits: {timeout: 2d}}}", 1, 27, "'2d'", "from 1ms to 1d" },
            { "a: {f: {limits: {timeout: 1.5s}}}", 1, 27, "'1.5s'", "a duration" },
            { "a: {f: {limits: {concurrency: 0}}}", 1, 31, "'0'", "from 1 to 65536" },
            { "a: {f: {limits: {queue: 1e3}}}", 1, 25, "'1e3'", "from 0 to 1048576" },
            { "a: {f: {limits: 64MiB}}", 1, 17, "'limits' is '64MiB'", "a mapping of memory" },
            { "a: {f: {timer: soon}}", 1, 16, "'timer' is 'soon'", "cron" },
            { "a: {f: {timer: 1ms}}", 1, 16, "'1ms'", "at least 100ms" },
            { "a: {f: {timer: '0 3 * *'}}", 1, 16, "'0 3 * *'", "5 or 6 fields" },
            { "a: {f: {timer: '99 3 * * *'}}", 1, 16, "'99 3 * * *'", "cron" },
            { "a: {f: {timer: '0 0 30 2 *'}}", 1, 16, "names no moment", "cron" },
            { "a: {f: {timer: {}}}", 1, 16, "no time or two", "'every' and 'cron'" },
            { "a: {f: {timer: {every: 1s, cron: '* * * * *'}}}", 1, 16, "or two", "one of" },
            {
                "a: {f: {timer: {every: 1s, zne: UTC}}}",
                1,
                28,
                "no key 'zne'",
                "did you mean 'zone'?"
            },
            { "a: {f: {timer: {every: 1ms}}}", 1, 24, "'every' is '1ms'", "at least 100ms" },
            { "a: {f: {timer: {every: '* * * * *'}}}", 1, 16, "other kind", "a duration" },
            { "a: {f: {timer: {cron: 30s}}}", 1, 16, "other kind", "a cron expression" },
            {
                "a: {f: {timer: {every: 1s, zone: UTC}}}",
                1,
                28,
                "nothing of an interval",
                "'cron'"
            },
            { "a: {f: {timer: {every: 1s, misfire: x}}}", 1, 37, "'x'", "last or skip or all" },
            { "a: {f: {timer: {every: 1s, overlap: 1}}}", 1, 37, "'1'", "false or true" },
            {
                "a: {f: {timer: {cron: '* * * * *', zone: Nowhere/City}}}",
                1,
                42,
                "'Nowhere/City'",
                "an IANA time zone"
            },
            { "a: {f: {affinity: {nodes: 0}}}", 1, 27, "'nodes' is '0'", "'*' for all" },
            { "a: {f: {affinity: {nodes: '1,1'}}}", 1, 27, "'1,1'", "ids" },
            { "a: {f: {affinity: {tags: gpu}}}", 1, 26, "'tags' is 'gpu'", "a list of at most" },
            { "a: {f: {affinity: {tags: ['a b']}}}", 1, 27, "'a b'", "a tag of" },
            { "a: {f: {env: {1A: x}}}", 1, 15, "'1A'", "not beginning with a digit" },
            { "a: {f: {env: {A: [x]}}}", 1, 18, "'A' is a list", "a text" },
            { "a: {f: {config: x}}", 1, 17, "'config' is 'x'", "a mapping" },
            { "a: {f: {http_out: ['http://x']}}", 1, 20, "'http://x'", "without a scheme" },
            { "a: {f: {http_out: ['*']}}", 1, 20, "'*'", "a host" },
            { "a: {f: {http_out: ['x:0']}}", 1, 20, "'x:0'", "a host" },
            { "a: {f: {partition: 4}}", 1, 20, "'partition' is '4'", "header, route" },
            { "a: {f: {partition: {}}}", 1, 20, "does not say one source", "{header: name}" },
            { "a: {f: {partition: {header: 'a b'}}}", 1, 29, "'a b' is not a header", "name" },
            { "a: {f: {partition: {route: -1}}}", 1, 28, "'route' is '-1'", "from 0 to 16" },
            { "a: {partition: 0, fns: {f: }}", 1, 16, "'partition' is '0'", "from 1 to 256" },
            { "a: {partition: 257, fns: {f: }}", 1, 16, "'257'", "from 1 to 256" },
            { "a: {default: g, fns: {f: }}", 1, 14, "no function 'g'", "of this app" },
            { "a: {default: sho, fns: {show: }}", 1, 14, "'sho'", "did you mean 'show'?" },
            { "a: {shares: [b], fns: {f: }}", 1, 13, "'shares' is a list", "a mapping of apps" },
            { "a: {shares: {a: {k: [get]}}, fns: {f: }}", 1, 14, "this app's own", "" },
            { "a: {shares: {health: {k: [get]}}, fns: {f: }}", 1, 14, "is reserved", "" },
            { "a: {shares: {b: {'@c/k': [get]}}, fns: {f: }}", 1, 18, "names an app", "'@'" },
            { "a: {shares: {b: {k: [put]}}, fns: {f: }}", 1, 22, "'put'", "one of get" },
            { "a: {f: {event: }, g: {event: x}}", 1, 30, "'event' is 'x'", "a list of http_app" },
            { "a: {f: {event: [http_fm: ]}}", 1, 17, "no key 'http_fm'", "'http_fn'" },
            { "a: {f: {event: [{}]}}", 1, 17, "is not one entry", "http_app" },
            { "a: {f: {event: [http_fn: x]}}", 1, 26, "'http_fn' is 'x'", "nothing" },
            { "a: {f: {event: [kv_set: 0]}}", 1, 25, "declares none", "under 'kvs'" },
            { "a: {f: {args: [kv_key: 4], kvs: {k: []}}}", 1, 24, "'4'", "from 0 to 0" },
            { "a: {f: {event: [http_fn: ], rpc: }}", 1, 29, "no key 'rpc'", "event, args" },
            {
                "a: {f: {event: [http_app: ]}, g: {event: [http_app: ]}}",
                1,
                43,
                "'f' is the app's function already",
                ""
            },
            {
                "a: {f: {kvs: {k: [{trigger_by_new: {condition: g}}]}}}",
                1,
                48,
                "no function 'g'",
                "of this app"
            },
            {
                "a: {f: {kvs: {k: [{trigger_by_new: {condition: f}}]}}}",
                1,
                48,
                "its own condition",
                ""
            },
            {
                "a: {f: {kvs: {'k_{}': {ops: [get], partition: 1}}}}",
                1,
                47,
                "'partition' is '1'",
                "from 0 to 0"
            },
            { "a: {f: {kvs: {k: {ops: [], partition: 0}}}}", 1, 28, "without placeholders", "" },
            {
                "a: {f: {kvs: {'@b/{}': {ops: [], partition: 0}}}}",
                1,
                34,
                "that app's to decide",
                ""
            },
            {
                "a:\n  f: {kvs: {'u_{}_{}': {ops: [get], partition: 0}}}\n"
                    + "  g: {kvs: {'u_{}_{}': {ops: [get], partition: 1}}}",
                3,
                1,
                "another partition",
                "one rule for each key"
            },
        };

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_defect_is_told_with_its_place_and_what_was_expected(
        string yaml,
        int line,
        int column,
        string message,
        string expected
    )
    {
        var error = Assert.Single(Refuse(yaml).Errors);
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Expected ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &x {f: }", 1, "Anchors are not allowed")]
    [InlineData("a: {f: *x}", 1, "Aliases are not allowed")]
    [InlineData("a: !!map {f: }", 1, "Tags are not allowed")]
    [InlineData("a: {f: }\n---\nb: {f: }", 2, "a second document")]
    [InlineData("a: {f: }\nb: {f: }\na: {f: }", 3, "'a' is already there, in line 1")]
    [InlineData("a:\n  f: {rpc: , rpc: }", 2, "'rpc' is already there")]
    [InlineData("a:\n  {x: y}: z", 2, "A key is a list or a mapping")]
    [InlineData("http.get: call: indirect", 1, "not valid YAML")]
    [InlineData("a: [", 2, "not valid YAML")]
    [InlineData("a: 'x", 1, "not valid YAML")]
    [InlineData("a:\n\tf: x", 1, "not valid YAML")]
    [InlineData("a: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", 1, "nesting is too deep")]
    public void Yaml_that_a_manifest_may_not_use_is_refused(string yaml, int line, string message)
    {
        var error = Assert.Single(Refuse(yaml).Errors);
        Assert.Equal(line, error.Line);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_defects_are_told_at_once_in_the_order_of_the_file()
    {
        var fault = Refuse("a:\n  f: {rcp: }\n  g: {kvs: {'{': []}}\n  h: {commit: x}\n");
        Assert.Equal([2, 3, 4], fault.Errors.Select(error => error.Line));
        Assert.Equal("a", fault.App);
        Assert.Equal(AppRejectionCode.ManifestInvalid, fault.Code);
        Assert.Equal(fault.Errors.Select(error => error.ToString()), fault.Reasons);
        Assert.StartsWith(
            "app.yaml(2,7): The function 'f' has no key 'rcp'; expected one of http.get",
            fault.Reasons[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_number_of_errors_told_is_bounded()
    {
        var functions = Enumerable.Range(0, 200).Select(i => $"  f{i}: {{nope: }}\n");
        Assert.Equal(50, Refuse("a:\n" + string.Concat(functions)).Errors.Length);
    }

    [Fact]
    public void A_file_above_the_limit_is_refused_unread()
    {
        var error = Assert.Single(Refuse(new string('#', (1 << 20) + 1)).Errors);
        Assert.Contains("1048577 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal("at most 1048576", error.Expected);
    }

    [Fact]
    public void A_text_above_the_limit_is_refused()
    {
        var error = Assert.Single(Refuse($"a: {{f: {{env: {{A: {new('x', 8_193)}}}}}}}").Errors);
        Assert.Contains("too long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_functions_patterns_or_apps_are_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 1_025).Select(i => $"  f{i}:\n"));
        Assert.Equal("at most 1024", Assert.Single(Refuse("a:\n" + many).Errors).Expected);
        var keys = string.Join(',', Enumerable.Range(0, 65).Select(i => $"k{i}: [get]"));
        Assert.Equal(
            "at most 64",
            Assert.Single(Refuse($"a: {{f: {{kvs: {{{keys}}}}}}}").Errors).Expected
        );
        var sends = string.Join(',', Enumerable.Range(0, 65).Select(i => $"b/f{i}"));
        Assert.Contains(
            "64",
            Assert.Single(Refuse($"a: {{f: {{sends: [{sends}]}}}}").Errors).Expected
        );
        var apps = string.Concat(Enumerable.Range(0, 257).Select(i => $"a{i}: {{f: }}\n"));
        Assert.Equal("at most 256", Assert.Single(Refuse(apps).Errors).Expected);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_where_they_are()
    {
        byte[] file = [.. Encoding.UTF8.GetBytes("a:\n  é: "), 0xFF];
        var fault = Assert.Throws<ManifestException>(() => ManifestReader.Parse(file, "app.yaml"));
        var error = Assert.Single(fault.Errors);
        Assert.Equal((2, 7), (error.Line, error.Column));
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    private static ManifestException Refuse(string yaml) =>
        Assert.Throws<ManifestException>(() => ManifestReader.Parse(yaml, "app.yaml"));
}
