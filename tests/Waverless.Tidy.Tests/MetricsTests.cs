using System.Text.RegularExpressions;

namespace Waverless.Tidy;

/// <summary>docs/metrics.md lists what the code reports, and nothing else.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public void Documented_metrics_are_those_of_the_code()
    {
        var code = (
            from file in Repository.CSharp("src")
            from Match name in Literal().Matches(Repository.Text(file))
            select name.Groups[1].Value
        )
            .Distinct()
            .Order(StringComparer.Ordinal);
        var documented = Row()
            .Matches(Repository.Text("docs/metrics.md"))
            .Select(row => row.Groups[1].Value)
            .Order(StringComparer.Ordinal);

        Assert.Equal(code, documented);
    }

    [GeneratedRegex("\"(waverless\\.[a-z_]+\\.[a-z_.]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\| `(waverless\.[a-z_.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
