namespace Waverless.Apps.Packaging;

/// <summary>Reads the files of a folder and of those below it.</summary>
internal static class FolderReader
{
    public static void Read(string folder, PackageContent content)
    {
        var open = new Stack<string>();
        open.Push("");
        while (open.TryPop(out var path))
        {
            try
            {
                ReadFolder(folder, path, content, open);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                var shown = path.Length == 0 ? null : path;
                var reason = $"The folder cannot be read: {fault.Message}";
                throw content.Refuse(PackageProblem.Unreadable, shown, reason, fault);
            }
        }
    }

    private static void ReadFolder(
        string root,
        string path,
        PackageContent content,
        Stack<string> open
    )
    {
        var entries = new DirectoryInfo(Path.Combine(root, path)).EnumerateFileSystemInfos();
        foreach (var entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry.Name.StartsWith('.'))
            {
                continue;
            }

            var inside = path + entry.Name;
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                const string Reason = "It is a link; expected files and folders only.";
                throw content.Refuse(PackageProblem.NotRegularFile, inside, Reason);
            }

            if (entry is DirectoryInfo)
            {
                content.Announce(inside + "/", isFolder: true);
                open.Push(inside + "/");
                continue;
            }

            content.Announce(inside, isFolder: false);
            content.Add(inside, ReadFile(entry.FullName, inside, content));
        }
    }

    private static byte[] ReadFile(string file, string path, PackageContent content)
    {
        using var stream = File.OpenRead(file);
        if (stream.Length > content.Room)
        {
            throw content.TooLarge(path);
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
