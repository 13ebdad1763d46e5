using System.Text.RegularExpressions;

namespace Waverless.Tidy;

/// <summary>docs/guarantees.md names a test for each promise, and the test exists.</summary>
public sealed partial class GuaranteesTests
{
    private static readonly Lazy<ILookup<string, string>> Sources = new(() =>
        (
            from file in Repository.CSharp("tests")
            let text = Repository.Text(file)
            from Match type in Class().Matches(text)
            select (type.Groups[1].Value, text)
        ).ToLookup(item => item.Value, item => item.text)
    );

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
    public void A_promise_names_tests_that_exist(string promise, string shownBy)
    {
        var tests = Name().Matches(shownBy);

        Assert.True(tests.Count > 0, $"Nothing shows that '{promise}'.");
        foreach (Match test in tests)
        {
            var (type, method) = (test.Groups[1].Value, test.Groups[2].Value);
            var texts = Sources.Value[type].ToList();
            Assert.True(texts.Count > 0, $"There is no test class {type}.");
            Assert.True(
                method.Length == 0 || texts.Exists(text => Declares(text, method)),
                $"{type} has no test {method}."
            );
        }
    }

    private static bool Declares(string text, string method) =>
        Regex.IsMatch(text, $@"\b{method}\(");

    [GeneratedRegex(@"^\| (?!promise |-)([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Z]\w+(?:Tests|Contract|Properties))(?:\.(\w+))?`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\bclass (\w+)\b")]
    private static partial Regex Class();
}
