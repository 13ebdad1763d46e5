using System.Text.RegularExpressions;

namespace Waverless.Tidy;

/// <summary>Names of tests in the docs, looked up in the sources of the tests.</summary>
internal static partial class TestNames
{
    private static readonly Lazy<ILookup<string, string>> Sources = new(() =>
        (
            from file in Repository.CSharp("tests")
            let text = Repository.Text(file)
            from Match type in Class().Matches(text)
            select (type.Groups[1].Value, text)
        ).ToLookup(item => item.Value, item => item.text)
    );

    /// <summary>Asserts that a text names at least one test, and none that does not exist.</summary>
    public static void AssertExist(string names, string what)
    {
        var tests = Name().Matches(names);

        Assert.True(tests.Count > 0, $"Nothing shows '{what}'.");
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

    [GeneratedRegex(@"`([A-Z]\w+(?:Tests|Contract|Properties))(?:\.(\w+))?`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\bclass (\w+)\b")]
    private static partial Regex Class();
}
