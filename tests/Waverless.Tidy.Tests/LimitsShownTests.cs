using System.Text.RegularExpressions;

namespace Waverless.Tidy;

/// <summary>docs/limits-tests.md names, for each bound of one node, tests that reach it.</summary>
public sealed partial class LimitsShownTests
{
    /// <summary>Sections of docs/limits.md whose bounds are of one node.</summary>
    private static readonly string[] OfOneNode =
    [
        "Manifest",
        "Node",
        "Store",
        "Transactions and locks",
        "Messages and idempotency keys",
        "Timers and expiry",
        "Guests",
        "Packages and HTTP",
    ];

    public static TheoryData<string> Bounds =>
        [
            .. from section in Sections()
            where OfOneNode.Contains(section.Title)
            from Match row in Row().Matches(section.Text)
            select row.Groups[1].Value,
        ];

    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (Match row in Shown().Matches(Repository.Text("docs/limits-tests.md")))
            {
                rows.Add(row.Groups[1].Value, row.Groups[2].Value);
            }

            return rows;
        }
    }

    [Fact]
    public void All_sections_of_one_node_are_there() =>
        Assert.Superset(OfOneNode.ToHashSet(), Sections().Select(item => item.Title).ToHashSet());

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Each_bound_of_a_node_is_reached_by_a_test(string bound) =>
        Assert.Single(Rows.Select(row => row.Data.Item1), bound);

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_tests_that_reach_a_bound_exist(string bound, string tests)
    {
        Assert.Contains($"| `{bound}` |", Repository.Text("docs/limits.md"), Ordinal);
        TestNames.AssertExist(tests, bound);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static IEnumerable<(string Title, string Text)> Sections() =>
        from section in Repository.Text("docs/limits.md").Split("\n## ").Skip(1)
        let title = section.Split('\n')[0].Split(" (")[0].Trim()
        select (title, section);

    [GeneratedRegex(@"^\| `(\w+\.\w+)` \| \d+ \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| `(\w+\.\w+)` \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Shown();
}
