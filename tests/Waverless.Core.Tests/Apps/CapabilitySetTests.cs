using System.Text;
using CsCheck;

namespace Waverless.Apps;

public sealed class CapabilitySetTests
{
    private const string Manifest = """
        fns:
          handle:
            condition: {kv_set: 0}
            kvs:
              slice_{}: [delete]
              count_{}: [get, set]
              count_x: [delete]
              log/{*}: [set]
              "@stock/book_{}": [get, set]
              "@gone/x": [get]
        """;

    private static readonly AppManifest Stock = ManifestReader.Parse(
        """
        stock:
          fns: {sell: {kvs: {'book_{}': [get, set]}}}
          shares:
            app: {'book_{}': [get], 'book_w{}': [set]}
            other: {'book_{}': [get, set, delete]}
        """,
        "stock.yaml"
    )[0];

    private static readonly CapabilitySet Set = Create(Manifest);

    [Theory]
    [InlineData("slice_1", KeyOperations.Delete)]
    [InlineData("count_a", KeyOperations.Get)]
    [InlineData("count_a", KeyOperations.Set)]
    [InlineData("count_a", KeyOperations.Get | KeyOperations.Set)]
    [InlineData("count_x", KeyOperations.Get | KeyOperations.Set | KeyOperations.Delete)]
    [InlineData("log/a/b", KeyOperations.Set)]
    [InlineData("@stock/book_1", KeyOperations.Get)]
    [InlineData("@stock/book_w1", KeyOperations.Set)]
    public void What_is_declared_is_allowed(string key, KeyOperations operations)
    {
        var check = Set.Check(Encoding.UTF8.GetBytes(key), operations);
        Assert.True(check.Allowed, check.Denial);
        Assert.Null(check.Denial);
    }

    [Theory]
    [InlineData("slice_1", KeyOperations.Get)]
    [InlineData("slice_1", KeyOperations.Set)]
    [InlineData("slice_1_2", KeyOperations.Delete)]
    [InlineData("count_a", KeyOperations.Delete)]
    [InlineData("count_a", KeyOperations.Set | KeyOperations.Delete)]
    [InlineData("log/a", KeyOperations.Get)]
    [InlineData("", KeyOperations.Get)]
    [InlineData("book_1", KeyOperations.Get)]
    [InlineData("@stock/book_1", KeyOperations.Set)]
    [InlineData("@stock/book_1", KeyOperations.Delete)]
    [InlineData("@stock/other", KeyOperations.Get)]
    [InlineData("@stock/count_a", KeyOperations.Get)]
    [InlineData("@gone/x", KeyOperations.Get)]
    [InlineData("@unknown/x", KeyOperations.Get)]
    [InlineData("@stock", KeyOperations.Get)]
    [InlineData("@/book_1", KeyOperations.Get)]
    [InlineData("@", KeyOperations.Get)]
    public void Anything_else_is_denied(string key, KeyOperations operations)
    {
        var check = Set.Check(Encoding.UTF8.GetBytes(key), operations);
        Assert.False(check.Allowed);
        Assert.NotNull(check.Denial);
    }

    [Fact]
    public void A_denial_names_function_key_operation_and_the_manifests_line()
    {
        var check = Set.Check("count_a"u8, KeyOperations.Delete);
        Assert.Equal(
            "app/handle may not delete the key 'count_a'; expected delete among the operations of "
                + "'count_{}' [get, set] (manifest line 6)",
            check.Denial
        );
    }

    [Fact]
    public void A_denial_of_an_undeclared_key_lists_what_is_declared()
    {
        var check = Set.Check("user_1\n"u8, KeyOperations.Get);
        Assert.StartsWith(
            "app/handle may not get the key 'user_1\uFFFD'; expected a key of a declared pattern: "
                + "'slice_{}' [delete] (manifest line 5), 'count_{}' [get, set] (manifest line 6)",
            check.Denial,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_denial_of_what_another_app_does_not_share_says_so()
    {
        var check = Set.Check("@stock/book_1"u8, KeyOperations.Set);
        Assert.Contains("under 'shares' for app", check.Denial, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_or_binary_key_is_shown_cut()
    {
        var check = Set.Check(Enumerable.Repeat((byte)0xFE, 5_000).ToArray(), KeyOperations.Get);
        Assert.InRange(check.Denial!.Length, 80, 600);
    }

    [Fact]
    public void The_key_that_triggered_may_be_read_and_nothing_more()
    {
        Assert.True(Set.Check("slice_7"u8, KeyOperations.Get, "slice_7"u8).Allowed);
        Assert.False(Set.Check("slice_8"u8, KeyOperations.Get, "slice_7"u8).Allowed);
        Assert.False(Set.Check("slice_7"u8, KeyOperations.Set, "slice_7"u8).Allowed);
        Assert.False(Set.Check(""u8, KeyOperations.Get, ""u8).Allowed);
    }

    [Theory]
    [InlineData("count_", "count`")]
    [InlineData("count_a", "count_b")]
    [InlineData("count_a", "count_a")]
    [InlineData("@stock/book_", "@stock/book`")]
    [InlineData("@stock/book_1", "@stock/book_2")]
    public void A_scan_within_a_readable_patterns_beginning_is_allowed(string from, string to)
    {
        var check = Set.CheckScan(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));
        Assert.True(check.Allowed, check.Denial);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("count_", "")]
    [InlineData("count", "count_z")]
    [InlineData("count_", "counta")]
    [InlineData("slice_", "slice`")]
    [InlineData("log/", "log0")]
    [InlineData("@stock/", "@stock0")]
    [InlineData("@stock/book_", "@stock0")]
    [InlineData("@stock/book_", "@stoc")]
    [InlineData("@stock/book_", "@stock/")]
    [InlineData("@stock/book_", "")]
    [InlineData("@gone/x", "@gone/y")]
    [InlineData("@", "")]
    public void Any_other_scan_is_denied(string from, string to)
    {
        var check = Set.CheckScan(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));
        Assert.False(check.Allowed);
        Assert.Contains("'count_{}'", check.Denial, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_without_a_beginning_allows_any_scan_of_the_apps_keys()
    {
        var set = Create("fns: {f: {kvs: {'{*}': [get]}}}");
        Assert.True(set.CheckScan(""u8, ""u8).Allowed);
        Assert.True(set.CheckScan("a"u8, "b"u8).Allowed);
        Assert.True(set.CheckScan("?"u8, "@"u8).Allowed);
        Assert.False(set.CheckScan("@stock/"u8, "@stock0"u8).Allowed);
    }

    [Fact]
    public void An_allowed_range_holds_keys_of_the_prefix_only()
    {
        Gen.Select(
                Gen.Byte[0, 3].Array[0, 3],
                Gen.Byte[0, 3].Array[0, 4],
                Gen.Byte[0, 3].Array[0, 4]
            )
            .Sample(
                (prefix, from, to) =>
                {
                    if (KeyPrefix.Covers(prefix, from, to))
                    {
                        foreach (var key in Keys(4).Where(key => IsIn(key, from, to)))
                        {
                            Assert.True(key.AsSpan().StartsWith(prefix));
                        }
                    }
                    else if (from.AsSpan().StartsWith(prefix))
                    {
                        // Refused for its end: then some key, if longer than those, lies outside.
                        Assert.False(to.AsSpan().StartsWith(prefix));
                    }
                },
                iter: 2_000
            );
    }

    [Fact]
    public void Any_check_agrees_with_the_definition()
    {
        var operations = Gen.Int[0, 7].Select(bits => (KeyOperations)bits);
        var wanted = Gen.Int[1, 7].Select(bits => (KeyOperations)bits);
        var grants = Gen.Select(
            PatternSamples.Legal,
            operations,
            (pattern, allowed) => new KeyPatternGrant(pattern, allowed)
        );
        Gen.Select(grants.Array[0, 6], PatternSamples.Key, wanted)
            .Sample(
                (kvs, key, wants) =>
                {
                    var function = new FunctionManifest { Name = "f", Kvs = [.. kvs] };
                    var app = new AppManifest { Name = "app", Functions = [function] };
                    var set = CapabilitySet.Create(app, function, _ => null);
                    var allowed = kvs.Where(grant => grant.Pattern.Matches(key))
                        .Aggregate(KeyOperations.None, (all, grant) => all | grant.Operations);
                    Assert.Equal((wants & ~allowed) == 0, set.Check(key, wants).Allowed);
                },
                iter: 5_000
            );
    }

    [Fact]
    public void The_end_of_a_prefix_covers_and_the_next_key_does_not()
    {
        Assert.True(KeyPrefix.Covers([1, 2], [1, 2], [1, 3]));
        Assert.False(KeyPrefix.Covers([1, 2], [1, 2], [1, 3, 0]));
        Assert.True(KeyPrefix.Covers([1, 0xFF], [1, 0xFF], [2]));
        Assert.False(KeyPrefix.Covers([1, 0xFF], [1, 0xFF], [2, 0]));
        Assert.True(KeyPrefix.Covers([0xFF], [0xFF, 1], []));
        Assert.True(KeyPrefix.Covers([1, 2], [1, 2, 3], [1]));
    }

    [Fact]
    public void What_is_allowed_is_decided_without_allocating()
    {
        Assert.True(Set.Check("count_x"u8, KeyOperations.Delete).Allowed);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Set.Check("count_x"u8, KeyOperations.Get | KeyOperations.Delete);
            Set.Check("@stock/book_1"u8, KeyOperations.Get);
            Set.Check("slice_7"u8, KeyOperations.Get, "slice_7"u8);
            Set.CheckScan("count_a"u8, "count_b"u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static CapabilitySet Create(string yaml)
    {
        var app = ManifestReader.Parse(yaml, "app.yaml", "app")[0];
        return CapabilitySet.Create(
            app,
            app.Functions[0],
            name => name == Stock.Name ? Stock : null
        );
    }

    private static IEnumerable<byte[]> Keys(int length) =>
        length == 0
            ?
            [
                [],
            ]
            : Keys(length - 1)
                .SelectMany(key =>
                    key.Length == length - 1
                        ? Enumerable.Range(0, 5).Select(b => (byte[])[.. key, (byte)b]).Prepend(key)
                        : [key]
                );

    private static bool IsIn(byte[] key, byte[] from, byte[] to) =>
        key.AsSpan().SequenceCompareTo(from) >= 0
        && (to.Length == 0 || key.AsSpan().SequenceCompareTo(to) < 0);
}
