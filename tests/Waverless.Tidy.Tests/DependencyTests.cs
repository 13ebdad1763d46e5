using System.Xml.Linq;

namespace Waverless.Tidy;

public sealed class DependencyTests
{
    /// <summary>Who may reference whom (docs/architecture.md); siblings meet in Core.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Waverless.Core"] = [],
        ["Waverless.Storage"] = ["Waverless.Core"],
        ["Waverless.Transport"] = ["Waverless.Core"],
        ["Waverless.Wasm"] = ["Waverless.Core"],
        ["Waverless.Generators"] = [],
        // The generator is no dependency of its code: it travels in its package.
        ["Waverless.Hosting"] =
        [
            "Waverless.Core",
            "Waverless.Generators",
            "Waverless.Storage",
            "Waverless.Wasm",
        ],
        ["Waverless.AspNetCore"] = ["Waverless.Hosting"],
    };

    /// <summary>Native code stays in the packages that exist for it.</summary>
    private static readonly Dictionary<string, string> OnlyIn = new()
    {
        ["Wasmtime"] = "Waverless.Wasm",
        ["RocksDB"] = "Waverless.Storage",
        ["Cronos"] = "Waverless.Core",
        ["YamlDotNet"] = "Waverless.Core",
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void Every_project_of_the_source_has_a_rule() =>
        Assert.Equal(
            Allowed.Keys.Order(),
            Directory
                .EnumerateDirectories(Path.Combine(Repository.Root, "src"))
                .Select(path => Path.GetFileName(path)!)
                .Order()
        );

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_go_downwards_only(string project) =>
        Assert.Subset(
            Allowed[project].ToHashSet(),
            Includes(project, "ProjectReference")
                .Select(path => Path.GetFileNameWithoutExtension(path))
                .ToHashSet()
        );

    [Theory]
    [MemberData(nameof(Projects))]
    public void Packages_stay_where_they_belong(string project) =>
        Assert.Empty(
            from package in Includes(project, "PackageReference")
            where OnlyIn.TryGetValue(package, out var owner) && owner != project
            select package
        );

    [Fact]
    public void Core_knows_no_web_framework() =>
        Assert.Empty(Includes("Waverless.Core", "FrameworkReference"));

    private static IEnumerable<string> Includes(string project, string element) =>
        XDocument
            .Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants(element)
            .Select(reference => reference.Attribute("Include")!.Value);
}
