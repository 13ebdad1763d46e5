using System.Reflection;

namespace Waverless.Tidy;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } =
        Path.GetFullPath(
            typeof(Repository)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(attribute => attribute.Key == "RepositoryRoot")
                .Value!
        );

    /// <summary>Hand-written C# files under a top folder, relative to the root.</summary>
    public static IEnumerable<string> CSharp(params string[] folders) =>
        from folder in folders
        from file in Directory.EnumerateFiles(
            Path.Combine(Root, folder),
            "*.cs",
            SearchOption.AllDirectories
        )
        let relative = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !relative.Contains("/obj/", StringComparison.Ordinal)
        where !relative.Contains("/bin/", StringComparison.Ordinal)
        where !relative.EndsWith(".g.cs", StringComparison.Ordinal)
        orderby relative
        select relative;

    public static string[] Lines(string relative) =>
        File.ReadAllLines(Path.Combine(Root, relative));

    public static string Text(string relative) => File.ReadAllText(Path.Combine(Root, relative));
}
