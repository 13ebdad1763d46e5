using System.Text.RegularExpressions;

namespace Waverless.Tidy;

/// <summary>docs/guarantees.md names a test for each promise, and the test exists.</summary>
public sealed partial class GuaranteesTests
{
    public static TheoryData<string, string> Promises
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (Match row in Row().Matches(Repository.Text("docs/guarantees.md")))
            {
                rows.Add(row.Groups[1].Value, row.Groups[2].Value);
            }

            return rows;
        }
    }

    [Fact]
    public void There_are_promises() => Assert.True(Promises.Count > 40);

    [Theory]
    [MemberData(nameof(Promises))]
    public void A_promise_names_tests_that_exist(string promise, string shownBy) =>
        TestNames.AssertExist(shownBy, promise);

    [GeneratedRegex(@"^\| (?!promise |-)([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
