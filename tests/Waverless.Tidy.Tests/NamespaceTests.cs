using System.Text.RegularExpressions;

namespace Waverless.Tidy;

public sealed partial class NamespaceTests
{
    /// <summary>Where users look for extension methods, and the compiler for polyfills.</summary>
    private static readonly string[] WellKnown =
    [
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.AspNetCore.Builder",
        "System",
        "System.Runtime.CompilerServices",
    ];

    [Fact]
    public void Namespaces_of_the_source_are_folders() =>
        Assert.Empty(
            from file in Repository.CSharp("src")
            let found = Declaration().Match(Repository.Text(file)).Groups[1].Value
            where found.Length > 0 && !WellKnown.Contains(found)
            let expected = Expected(file)
            where found != expected
            select $"{file}: namespace {found}, expected {expected}"
        );

    [Fact]
    public void Namespaces_are_file_scoped() =>
        Assert.Empty(
            from file in Repository.CSharp("src", "tests", "samples", "benchmarks")
            where BlockScoped().IsMatch(Repository.Text(file))
            select file
        );

    private static string Expected(string file)
    {
        var parts = file.Split('/')[1..^1];
        var root = parts[0] == "Waverless.Core" ? "Waverless" : parts[0];
        return string.Join('.', parts[1..].Prepend(root));
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^namespace [\w.]+\s*$", RegexOptions.Multiline)]
    private static partial Regex BlockScoped();
}
