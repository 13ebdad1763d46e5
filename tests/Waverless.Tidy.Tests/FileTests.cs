using System.Text.RegularExpressions;

namespace Waverless.Tidy;

public sealed partial class FileTests
{
    private const int FileLinesMax = 500;
    private const int LineCharsMax = 110;
    private const int MedianLinesMax = 60;

    private static readonly string[] Everywhere = ["src", "tests", "samples", "benchmarks"];

    [Fact]
    public void No_file_is_longer_than_the_cap() =>
        Assert.Empty(
            from file in Repository.CSharp(Everywhere)
            let lines = Repository.Lines(file).Length
            where lines > FileLinesMax
            select $"{file}: {lines} lines"
        );

    [Fact]
    public void The_median_file_of_the_source_is_small()
    {
        var lengths = Repository
            .CSharp("src")
            .Select(file => Repository.Lines(file).Length)
            .Order()
            .ToArray();
        Assert.InRange(lengths[lengths.Length / 2], 1, MedianLinesMax);
    }

    [Fact]
    public void No_line_is_longer_than_the_cap() =>
        Assert.Empty(
            from file in Repository.CSharp(Everywhere)
            from line in Repository.Lines(file).Select((text, index) => (text, Number: index + 1))
            where line.text.Length > LineCharsMax
            select $"{file}:{line.Number}: {line.text.Length} characters"
        );

    [Fact]
    public void No_type_has_a_forbidden_name() =>
        Assert.Empty(
            from file in Repository.CSharp(Everywhere)
            from Match match in ForbiddenName().Matches(Repository.Text(file))
            select $"{file}: {match.Value}"
        );

    [Fact]
    public void Nothing_is_left_unfinished() =>
        Assert.Empty(
            from file in Repository.CSharp(Everywhere)
            where !file.StartsWith("tests/Waverless.Tidy.Tests/", StringComparison.Ordinal)
            from line in Repository.Lines(file).Select((text, index) => (text, Number: index + 1))
            where Unfinished().IsMatch(line.text)
            select $"{file}:{line.Number}: {line.text.Trim()}"
        );

    [Fact]
    public void No_file_names_a_path_of_a_developers_machine() =>
        Assert.Empty(
            from file in Repository.CSharp(Everywhere)
            where !file.StartsWith("tests/Waverless.Tidy.Tests/", StringComparison.Ordinal)
            where Repository.Text(file).Contains("/work/", StringComparison.Ordinal)
            select file
        );

    [GeneratedRegex(
        @"\b(class|record|struct|interface)\s+[A-Za-z]*(Manager|Helpers?|Utils?|Utilities)\b"
    )]
    private static partial Regex ForbiddenName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException|^\s*//[^/].*;\s*$")]
    private static partial Regex Unfinished();
}
