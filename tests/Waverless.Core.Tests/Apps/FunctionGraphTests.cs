using System.Text;
using System.Text.Json;

namespace Waverless.Apps;

public sealed class FunctionGraphTests
{
    [Fact]
    public void A_self_cycle_is_legal_and_shown()
    {
        var graph = FunctionGraph.Build([
            Parse(
                """
                fns:
                  chain_begin: {kvs: {chain_count: [set]}}
                  chain_loop: {condition: {kv_set: 0}, kvs: {chain_count: [get, set]}}
                """
            ),
        ]);
        Assert.Equal(["app/chain_begin", "app/chain_loop"], graph.Functions.Select(Text));
        Assert.Equal(
            ["app/chain_begin>app/chain_loop", "app/chain_loop>app/chain_loop"],
            graph.Edges.Select(Text)
        );
        Assert.Equal(["app/chain_loop"], Assert.Single(graph.Cycles).Select(Text));
    }

    [Fact]
    public void An_edge_needs_a_key_that_both_patterns_mean()
    {
        var graph = FunctionGraph.Build([
            Parse(
                """
                fns:
                  broad: {kvs: {'{}_{}': [set]}}
                  narrow: {kvs: {'slice_1': [set]}}
                  elsewhere: {kvs: {'slice.1': [set]}}
                  reader: {kvs: {'slice_{}': [get, delete]}}
                  target: {condition: {kv_set: 0}, kvs: {'slice_{}': [get]}}
                """
            ),
        ]);
        Assert.Equal(["app/broad>app/target", "app/narrow>app/target"], graph.Edges.Select(Text));
        Assert.Empty(graph.Cycles);
    }

    [Fact]
    public void Deletions_set_off_deletion_triggers_only()
    {
        var graph = FunctionGraph.Build([
            Parse(
                """
                fns:
                  setter: {kvs: {k: [set]}}
                  deleter: {kvs: {k: [delete]}}
                  on_delete: {condition: {kv_delete: 0}, kvs: {k: []}}
                  on_new: {condition: {kv_new: 0}, kvs: {k: []}}
                """
            ),
        ]);
        Assert.Equal(
            ["app/deleter>app/on_delete", "app/setter>app/on_new"],
            graph.Edges.Select(Text)
        );
        Assert.Equal(
            [KeyTriggerKind.Delete, KeyTriggerKind.New],
            graph.Edges.Select(edge => edge.Kind)
        );
    }

    [Fact]
    public void Apps_do_not_meet_unless_a_pattern_reaches_across()
    {
        var a = Parse("fns: {w: {kvs: {'k_{}': [set]}}}", "a");
        var b = Parse("fns: {t: {condition: {kv_set: 0}, kvs: {'k_{}': [get]}}}", "b");
        var c = Parse("fns: {t: {condition: {kv_set: 0}, kvs: {'@a/k_{}': [get]}}}", "c");
        var d = Parse("fns: {w: {kvs: {'@b/k_1': [set]}}}", "d");
        var graph = FunctionGraph.Build([d, c, b, a]);
        Assert.Equal(["a/w>c/t", "d/w>b/t"], graph.Edges.Select(Text));
    }

    [Fact]
    public void Cycles_through_several_functions_are_found_once_each()
    {
        var graph = FunctionGraph.Build([
            Parse(
                """
                fns:
                  a: {condition: {kv_set: 0}, kvs: {to_a: [get], to_b: [set]}}
                  b: {condition: {kv_set: 0}, kvs: {to_b: [get], to_c: [set], to_d: [set]}}
                  c: {condition: {kv_set: 0}, kvs: {to_c: [get], to_a: [set]}}
                  d: {condition: {kv_set: 0}, kvs: {to_d: [get], to_e: [set]}}
                  e: {condition: {kv_set: 0}, kvs: {to_e: [get], to_d: [set]}}
                  f: {condition: {kv_set: 0}, kvs: {to_d: [get]}}
                """
            ),
        ]);
        Assert.Equal(2, graph.Cycles.Length);
        Assert.Equal(["app/a", "app/b", "app/c"], graph.Cycles[0].Select(Text));
        Assert.Equal(["app/d", "app/e"], graph.Cycles[1].Select(Text));
    }

    [Fact]
    public void A_chain_of_a_thousand_functions_is_walked_without_deep_recursion()
    {
        var functions = Enumerable
            .Range(0, 1_000)
            .Select(i =>
                $"  f{i}: {{condition: {{kv_set: 0}}, kvs: {{k{i}: [get], k{i + 1}: [set]}}}}\n"
            );
        var graph = FunctionGraph.Build([Parse("fns:\n" + string.Concat(functions))]);
        Assert.Equal(999, graph.Edges.Length);
        Assert.Empty(graph.Cycles);
    }

    [Fact]
    public void The_graph_is_served_as_json()
    {
        var graph = FunctionGraph.Build([
            Parse("fns: {f: {condition: {kv_new: 0}, kvs: {'k_{}': [set]}}}"),
        ]);
        using var json = JsonDocument.Parse(graph.ToJson());
        var root = json.RootElement;
        Assert.Equal("app/f", root.GetProperty("functions")[0].GetString());
        var edge = root.GetProperty("edges")[0];
        Assert.Equal("app/f", edge.GetProperty("from").GetString());
        Assert.Equal("k_{}", edge.GetProperty("change").GetString());
        Assert.Equal("app/f", edge.GetProperty("to").GetString());
        Assert.Equal("k_{}", edge.GetProperty("trigger").GetString());
        Assert.Equal("new", edge.GetProperty("kind").GetString());
        Assert.Equal("app/f", root.GetProperty("cycles")[0][0].GetString());
    }

    [Fact]
    public void No_apps_make_an_empty_graph()
    {
        var json = FunctionGraph.Build([]).ToJson();
        Assert.Equal(
            """{"functions":[],"starts":[],"edges":[],"messages":[],"cycles":[]}""",
            Encoding.UTF8.GetString(json.Span)
        );
    }

    [Fact]
    public void Everything_that_starts_a_function_is_shown()
    {
        var graph = FunctionGraph.Build([
            Parse(
                """
                fns:
                  b: {http.put: {call: indirect}, rpc: , timer: 90s}
                  a: {condition: {kv_delete: 0}, kvs: {'k_{}': []}, timer: 0 3 * * *}
                """
            ),
        ]);
        Assert.Equal(
            [
                "app/a Delete k_{}",
                "app/a Timer 0 3 * * *",
                "app/b Http PUT",
                "app/b Rpc ",
                "app/b Timer 90s",
            ],
            graph.Starts.Select(start => $"{start.Function} {start.Kind} {start.On}")
        );
        using var json = JsonDocument.Parse(graph.ToJson());
        var starts = json.RootElement.GetProperty("starts");
        Assert.Equal("delete", starts[0].GetProperty("kind").GetString());
        Assert.Equal("k_{}", starts[0].GetProperty("on").GetString());
        Assert.False(starts[3].TryGetProperty("on", out _));
    }

    [Fact]
    public void Messages_join_functions_and_close_cycles()
    {
        var graph = FunctionGraph.Build([
            new AppManifest
            {
                Name = "app",
                Functions =
                [
                    Sending("order", "app/mail", "elsewhere/bill"),
                    Sending("mail", "app/order") with
                    {
                        Messages = true,
                    },
                ],
            },
        ]);
        Assert.Equal(
            ["app/mail>app/order", "app/order>app/mail", "app/order>elsewhere/bill"],
            graph.Messages.Select(message => $"{message.From}>{message.To}")
        );
        Assert.Equal(["app/mail", "app/order"], Assert.Single(graph.Cycles).Select(Text));
        Assert.Equal(GraphStartKind.Message, Assert.Single(graph.Starts).Kind);
        using var json = JsonDocument.Parse(graph.ToJson());
        var message = json.RootElement.GetProperty("messages")[0];
        Assert.Equal("app/mail", message.GetProperty("from").GetString());
        Assert.Equal("app/order", message.GetProperty("to").GetString());
    }

    private static FunctionManifest Sending(string name, params string[] targets) =>
        new() { Name = name, Sends = [.. targets.Select(FunctionAddress.Parse)] };

    private static AppManifest Parse(string yaml, string app = "app") =>
        ManifestReader.Parse(yaml, "app.yaml", app)[0];

    private static string Text(FunctionAddress function) => function.ToString();

    private static string Text(GraphEdge edge) => $"{edge.From}>{edge.To}";
}
