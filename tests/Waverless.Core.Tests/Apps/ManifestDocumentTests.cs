using Waverless.Apps.Reading;

namespace Waverless.Apps;

/// <summary>The page about manifests tells what the reader does.</summary>
public sealed class ManifestDocumentTests
{
    private static readonly string Page = File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Apps", "manifest.md")
    );

    [Fact]
    public void Its_examples_load()
    {
        var blocks = Page.Split("```yaml\n")[1..].Select(part => part.Split("```")[0]).ToList();
        Assert.Equal(2, blocks.Count);
        Assert.All(blocks, yaml => ManifestReader.Parse(yaml, "manifest.md", "app"));
    }

    [Fact]
    public void It_names_every_key()
    {
        string[] keys =
        [
            .. ManifestKeys.App,
            .. ManifestKeys.Function.Except(ManifestKeys.Http),
            .. ManifestKeys.Limits,
            .. ManifestKeys.Operations,
            .. ManifestKeys.TriggerOperations,
        ];
        Assert.All(keys, key => Assert.Contains($"`{key}`", Page, StringComparison.Ordinal));
        Assert.All(
            ManifestKeys.Condition,
            key => Assert.Contains($"{{{key}: N}}", Page, StringComparison.Ordinal)
        );
        Assert.All(
            ManifestKeys.Http,
            key =>
                Assert.Contains(
                    key[key.IndexOf('.', StringComparison.Ordinal)..],
                    Page,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void It_names_every_reserved_word_and_the_defaults()
    {
        Assert.All(
            NameRules.ReservedApps,
            name => Assert.Contains($"`{name}`", Page, StringComparison.Ordinal)
        );
        var limits = FunctionLimits.Default;
        string[] rows =
        [
            $"`memory` {SizeSyntax.Format(FunctionLimits.MemoryMin)} to "
                + $"{SizeSyntax.Format(FunctionLimits.MemoryMax)} | {SizeSyntax.Format(limits.Memory)}",
            $"`timeout` {DurationSyntax.Format(FunctionLimits.TimeoutMin)} to "
                + $"{DurationSyntax.Format(FunctionLimits.TimeoutMax)} | "
                + DurationSyntax.Format(limits.Timeout),
            $"`concurrency` 1 to {FunctionLimits.ConcurrencyMax} | {limits.Concurrency}",
            $"`queue` 0 to {FunctionLimits.QueueMax} | {limits.Queue}",
            $"`body` 0B to {SizeSyntax.Format(FunctionLimits.BodyMax)} | "
                + SizeSyntax.Format(limits.Body),
        ];
        Assert.All(rows, row => Assert.Contains(row, Page, StringComparison.Ordinal));
    }

    [Fact]
    public void It_names_the_bounds()
    {
        var limits = PackageLimits.Default;
        Assert.Contains($"{limits.EntriesMax} files", Page, StringComparison.Ordinal);
        Assert.Contains($"{limits.TotalBytesMax >> 20} MiB,", Page, StringComparison.Ordinal);
        Assert.Contains($"{limits.RatioMax} times", Page, StringComparison.Ordinal);
        Assert.Contains($"{KeyPattern.LengthMax} bytes", Page, StringComparison.Ordinal);
        Assert.Contains(
            $"{KeyPattern.PlaceholdersMax} placeholders",
            Page,
            StringComparison.Ordinal
        );
        Assert.Contains($"{KvsReader.PatternsMax} patterns", Page, StringComparison.Ordinal);
        Assert.Contains($"1 to {AppManifest.PartitionsMax}", Page, StringComparison.Ordinal);
        Assert.Contains($"1 to {NameRules.LengthMax} letters", Page, StringComparison.Ordinal);
    }
}
