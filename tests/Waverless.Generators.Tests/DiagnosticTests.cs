using Microsoft.CodeAnalysis;

namespace Waverless.Generators;

public sealed class DiagnosticTests
{
    /// <summary>Each rule, a method or class that breaks it, and what the message says.</summary>
    public static TheoryData<string, string, string> Methods =>
        new()
        {
            { "WVL003", "[Function(\"a/b\")] public void F() { }", "'a/b' holds a character" },
            { "WVL005", "[Function] private void F() { }", "public or internal" },
            { "WVL005", "[Function] public void F<T>() { }", "generic" },
            { "WVL005", "[Function] public async void F() => await Task.Yield();", "async Task" },
            { "WVL006", "[Reads(\"k\")] public void F() { }", "not what starts it" },
            { "WVL007", "[KvTrigger(\"k_{1}\")] public void F() { }", "'1', which is not a name" },
            { "WVL007", "[KvTrigger(\"k_{a}{b}\")] public void F(int a, int b) { }", "one way" },
            { "WVL007", "[Function, Reads(\"k_{\")] public void F() { }", "'k_{'" },
            { "WVL007", "[Function, Writes(\"@/x\")] public void F() { }", "names the app ''" },
            { "WVL007", "[Function, Deletes(\"\")] public void F() { }", "is empty" },
            { "WVL008", "[KvTrigger(\"k_{id}\")] public void F(string idd) { }", "'id'" },
            { "WVL009", "[KvTrigger(\"k_{id}\")] public void F(Order id) { }", "ISpanParsable" },
            {
                "WVL009",
                "[KvTrigger(\"k_{id}\"), KvTrigger(\"b\")] public void F(int id) { }",
                "nullable parameter"
            },
            { "WVL010", "[Function] public void F(ref int a) { }", "ref, out or in" },
            { "WVL010", "[Function] public void F(ReadOnlySpan<byte> a) { }", "byte[]" },
            { "WVL011", "[Function] public void F(Random random) { }", "[Inject]" },
            {
                "WVL011",
                "[Function] public void F(Random random) { }",
                "[JsonSerializable(typeof(Random))] to ShopJson"
            },
            { "WVL012", "[Function] public void F(string a, Order b) { }", "'a' and 'b'" },
            { "WVL013", "[Function] public void F(KvKey key) { }", "[KvTrigger]" },
            { "WVL013", "[KvTrigger(\"k\")] public void F(Order order) { }", "GetJsonAsync" },
            { "WVL014", "[Function] public Random F() => null!;", "typeof(Random)" },
            {
                "WVL014",
                "[Function] public IAsyncEnumerable<int> F() => null!;",
                "expected nothing"
            },
            { "WVL014", "[Function] public Task<Task> F() => null!;", "expected nothing" },
        };

    public static TheoryData<string, string, string> Classes =>
        new()
        {
            { "WVL001", "[Functions(\"a\")] public class C<T> { }", "generic" },
            { "WVL001", "[Functions(\"a\")] public abstract class C { }", "abstract" },
            { "WVL001", "[Functions(\"a\")] file class C { }", "public or internal" },
            {
                "WVL001",
                "class Outer { [Functions(\"a\")] private class C { } }",
                "public or internal"
            },
            { "WVL002", "class C { [Timer(\"1s\")] public void F() { } }", "[Functions(\"app\")]" },
            { "WVL003", "[Functions(\"appmgmt\")] public class C { }", "reserved" },
            { "WVL003", "[Functions(\"\")] public class C { }", "is empty" },
            {
                "WVL004",
                """
                    [Functions("a")] public class C { [Function] public void F() { } }
                    [Functions("a")] public class D { [Function("f")] public void G() { } }
                    """,
                "'a/f' is declared 2 times"
            },
            { "WVL015", "[Functions(\"a\", Json = typeof(Order))] public class C { }", "'Order'" },
            {
                "WVL016",
                "[Functions(\"a\")] public class C { public C() { } public C(int a) { } }",
                "several constructors"
            },
            { "WVL016", "[Functions(\"a\")] public class C { private C() { } }", "no public" },
            {
                "WVL016",
                "[Functions(\"a\")] public class C(FunctionContext c) { object D => c; }",
                "'c' is no service"
            },
        };

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_bad_method_is_named_with_what_was_expected(
        string rule,
        string method,
        string expected
    ) =>
        Check(
            rule,
            $"[Functions(\"a\", Json = typeof(ShopJson))] public class C {{ {method} }}",
            expected
        );

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_bad_class_is_named_with_what_was_expected(
        string rule,
        string source,
        string expected
    ) => Check(rule, source, expected);

    [Fact]
    public void Every_rule_has_a_case()
    {
        var tested = Methods.Concat(Classes).Select(row => row.Data.Item1).ToHashSet();
        var rules = typeof(Rules)
            .GetFields()
            .Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Id);
        Assert.Equal(rules.Order(), tested.Order());
    }

    [Fact]
    public void Every_rule_is_documented()
    {
        var guide = File.ReadAllText(
            Path.Combine(SnapshotTests.SourceFolder, "../../../docs/delegates.md")
        );
        Assert.All(
            typeof(Rules).GetFields(),
            field =>
                Assert.Contains(
                    $"| {((DiagnosticDescriptor)field.GetValue(null)!).Id} |",
                    guide,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void One_bad_method_does_not_keep_others_out()
    {
        var compiled = Compiled.Of(
            """
            [Functions("a")]
            public class C
            {
                [Function] public string Good(string text) => text;
                [Function] public void Bad(Random random) { }
            }
            """
        );

        Assert.Equal("WVL011", Assert.Single(compiled.Findings).Id);
        Assert.Contains("\"a/good\"", compiled.Files["GeneratedC.g.cs"], StringComparison.Ordinal);
        Assert.Empty(compiled.Complaints);
    }

    [Fact]
    public void Sources_without_functions_get_no_code() =>
        Assert.Empty(Compiled.Of("public class C;").Files);

    private static void Check(string rule, string source, string expected)
    {
        var compiled = Compiled.Of(source);

        Assert.All(compiled.Findings, finding => Assert.Equal(rule, finding.Id));
        Assert.NotEmpty(compiled.Findings);
        var finding = compiled.Findings[0];
        Assert.Contains(expected, finding.GetMessage(), StringComparison.Ordinal);
        Assert.True(finding.Location.GetLineSpan().IsValid);
        Assert.Empty(compiled.Complaints);
    }
}
