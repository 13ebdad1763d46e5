using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Waverless.Apps;

namespace Waverless.EndToEnd.Guides;

/// <summary>
/// What README and guides show is code that these tests compile and run, and manifests that load.
/// </summary>
public sealed partial class SnippetTests
{
    private static readonly Lazy<string> Code = new(() =>
        Squeeze(
            string.Concat(
                from folder in new[] { "Guides", "Delegates" }
                from file in Directory
                    .EnumerateFiles(Path.Combine(Root, "tests/Waverless.EndToEnd.Tests", folder))
                    .Order()
                select File.ReadAllText(file)
            )
        )
    );

    private static string Root =>
        typeof(SnippetTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepositoryRoot")
            .Value!;

    public static TheoryData<string, int, string> CSharp => Snippets("csharp");

    public static TheoryData<string, int, string> Yaml => Snippets("yaml");

    [Theory]
    [MemberData(nameof(CSharp))]
    public void A_snippet_of_code_is_code_of_these_tests(string guide, int line, string snippet) =>
        Assert.True(
            Code.Value.Contains(Squeeze(snippet), StringComparison.Ordinal),
            $"{guide}({line}) shows code that tests/Waverless.EndToEnd.Tests/Guides lacks."
        );

    [Theory]
    [MemberData(nameof(Yaml))]
    public void A_snippet_of_a_manifest_loads(string guide, int line, string snippet)
    {
        var yaml = Encoding.UTF8.GetBytes(snippet);
        var app = Path.GetFileNameWithoutExtension(guide);

        var apps = ManifestReader.Parse(yaml, $"{guide}({line})", app);

        Assert.All(apps, app => Assert.NotEmpty(app.Functions));
    }

    [Fact]
    public void Every_guide_of_a_feature_shows_code_or_a_manifest()
    {
        var shown = CSharp.Concat(Yaml).Select(row => row.Data.Item1).ToHashSet();
        Assert.Superset(
            new HashSet<string>([
                "README.md",
                "docs/backup.md",
                "docs/data.md",
                "docs/delegates.md",
                "docs/failures.md",
                "docs/http.md",
                "docs/idempotency.md",
                "docs/manifest.md",
                "docs/messages.md",
                "docs/timers.md",
                "docs/transactions.md",
            ]),
            shown
        );
    }

    private static TheoryData<string, int, string> Snippets(string language)
    {
        var rows = new TheoryData<string, int, string>();
        var guides = Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Order();
        foreach (var file in guides.Prepend(Path.Combine(Root, "README.md")))
        {
            var text = File.ReadAllText(file);
            foreach (Match match in Fence().Matches(text))
            {
                if (match.Groups[1].Value == language)
                {
                    var line = text.AsSpan(0, match.Index).Count('\n') + 1;
                    var guide = Path.GetRelativePath(Root, file).Replace('\\', '/');
                    rows.Add(guide, line, match.Groups[2].Value);
                }
            }
        }

        return rows;
    }

    // How code is wrapped and indented, and a comma at a line's end, do not matter.
    private static string Squeeze(string code) => Blank().Replace(code, "");

    [GeneratedRegex("^```(\\w+)\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
