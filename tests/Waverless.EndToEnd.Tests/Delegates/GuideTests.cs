using System.Net.Http.Json;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Kv;

namespace Waverless.EndToEnd.Delegates;

/// <summary>docs/delegates.md shows code that is compiled and run here.</summary>
public sealed partial class GuideTests
{
    [Fact]
    public void Every_snippet_is_code_of_these_tests()
    {
        var code = Squeeze(
            string.Concat(
                Directory
                    .EnumerateFiles(Path.Combine(Root, "tests/Waverless.EndToEnd.Tests/Delegates"))
                    .Order()
                    .Select(File.ReadAllText)
            )
        );
        var guide = File.ReadAllText(Path.Combine(Root, "docs/delegates.md"));
        var snippets = Snippet().Matches(guide).Select(match => match.Groups[1].Value).ToList();

        Assert.True(snippets.Count >= 5);
        Assert.All(
            snippets,
            snippet => Assert.Contains(Squeeze(snippet), code, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Functions_in_code_run_beside_those_by_attributes()
    {
        await using var host = await DelegateHost.StartAsync();

        using var upper = await host.Client.PostAsync("/text/upper", new StringContent("tea"));
        using var price = await host.Client.PostAsJsonAsync("/text/price", new { item = "tea" });
        await host.Store("text").SetTextAsync("text_7", "");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var seen = host.Services.GetRequiredService<Seen>();
        while (!seen.Ids.Any())
        {
            await Task.Delay(5, patience.Token);
        }

        Assert.Equal("TEA", await upper.Content.ReadAsStringAsync());
        Assert.Equal(
            """{"id":1,"item":"tea","amount":3.5}""",
            await price.Content.ReadAsStringAsync()
        );
        Assert.Equal([7], seen.Ids);
    }

    private static string Root =>
        typeof(GuideTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepositoryRoot")
            .Value!;

    // How code is wrapped and indented does not matter.
    private static string Squeeze(string code) => Blank().Replace(code, "");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
