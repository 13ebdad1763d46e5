namespace Waverless.Apps.Packaging;

/// <summary>Collects the files of a package and keeps the limits.</summary>
internal sealed class PackageContent(string app, PackageLimits limits)
{
    private static readonly (ArtifactKind Kind, string Path)[] Artifacts =
    [
        (ArtifactKind.Wasm, "app.wasm"),
        (ArtifactKind.Jar, "app.jar"),
        (ArtifactKind.Executable, "app"),
    ];

    private static readonly string[] Manifests = ["app.yaml", "app.yml"];

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files = new(StringComparer.Ordinal);

    // File systems may ignore case: names that differ in it alone would overwrite each other.
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);
    private int _entries;
    private long _bytes;

    public string App { get; } = app;

    public PackageLimits Limits { get; } = limits;

    /// <summary>How many bytes the next file may have.</summary>
    public long Room => Math.Min(Limits.FileBytesMax, Limits.TotalBytesMax - _bytes);

    public static ArtifactKind ArtifactOf(IEnumerable<string> paths)
    {
        var present = paths.ToHashSet(StringComparer.Ordinal);
        return Artifacts.FirstOrDefault(artifact => present.Contains(artifact.Path)).Kind;
    }

    public static string? PathOf(ArtifactKind kind) =>
        Artifacts.FirstOrDefault(artifact => artifact.Kind == kind).Path;

    public static void RefuseAmbiguity(string app, IEnumerable<string> paths)
    {
        var present = paths.ToHashSet(StringComparer.Ordinal);
        var artifacts = Artifacts.Select(artifact => artifact.Path).Where(present.Contains);
        var manifests = Manifests.Where(present.Contains);
        foreach (var found in new[] { artifacts.ToList(), manifests.ToList() })
        {
            if (found.Count > 1)
            {
                var names = string.Join(" and ", found);
                var reason = $"The package holds {names}; expected one of them.";
                throw new PackageException(app, PackageProblem.Ambiguous, found[1], reason);
            }
        }
    }

    /// <summary>Registers a path before its content is read.</summary>
    public void Announce(string path, bool isFolder)
    {
        if (++_entries > Limits.EntriesMax)
        {
            var reason = $"The package has more than {Limits.EntriesMax} files and folders.";
            throw Refuse(PackageProblem.TooLarge, null, reason);
        }

        var trimmed = isFolder ? path[..^1] : path;
        if (EntryPath.Refuse(trimmed) is { } why)
        {
            throw Refuse(PackageProblem.PathInvalid, path, $"The path {why}.");
        }

        _folders.UnionWith(Ancestors(trimmed));
        if (isFolder)
        {
            _folders.Add(trimmed);
        }

        // A folder may be listed more than once, or follow from the files in it.
        var taken = isFolder
            ? _paths.Contains(trimmed)
            : !_paths.Add(trimmed) || _folders.Contains(trimmed);
        if (taken || _paths.Overlaps(Ancestors(trimmed)))
        {
            const string Reason = "Another entry has the same path, or one that differs in case.";
            throw Refuse(PackageProblem.Duplicate, path, Reason);
        }
    }

    /// <summary>Takes the content of an announced file.</summary>
    public void Add(string path, ReadOnlyMemory<byte> content)
    {
        if (content.Length > Room)
        {
            throw TooLarge(path);
        }

        _bytes += content.Length;
        _files.Add(path, content);
    }

    public AppPackage ToPackage()
    {
        RefuseAmbiguity(App, _files.Keys);
        var name = Manifests.FirstOrDefault(_files.ContainsKey);
        if (name is null)
        {
            const string Reason = "The package has no manifest; expected app.yaml at its root.";
            throw Refuse(PackageProblem.ManifestMissing, null, Reason);
        }

        var apps = ManifestReader.Parse(_files[name], name, App);
        if (apps is [var manifest] && manifest.Name == App)
        {
            return AppPackage.Create(manifest, _files);
        }

        var found = string.Join(", ", apps.Select(app => $"'{app.Name}'"));
        throw Refuse(
            PackageProblem.WrongApp,
            name,
            $"The manifest is that of {found}; expected '{App}', or its functions under 'fns'."
        );
    }

    public PackageException TooLarge(string path) =>
        Refuse(
            PackageProblem.TooLarge,
            path,
            $"The file is too large; expected at most {Limits.FileBytesMax} bytes in a file and "
                + $"{Limits.TotalBytesMax} in all."
        );

    public PackageException Refuse(
        PackageProblem problem,
        string? entry,
        string reason,
        Exception? inner = null
    ) => new(App, problem, entry is null ? null : EntryPath.Show(entry), reason, inner);

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var at = path.IndexOf('/'); at >= 0; at = path.IndexOf('/', at + 1))
        {
            yield return path[..at];
        }
    }
}
