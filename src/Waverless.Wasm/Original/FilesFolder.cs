using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace Waverless.Wasm.Original;

/// <summary>
/// The folder whose files an app's functions may read. Nothing outside it is reachable.
/// </summary>
internal sealed class FilesFolder
{
    /// <summary>Longest file name, in bytes.</summary>
    internal const int NameBytesMax = 1_024;

    private readonly string? _root;

    /// <param name="path">Absolute path; the folder need not exist.</param>
    internal FilesFolder(string path)
    {
        _root = RealPath.Resolve(path);
    }

    /// <summary>Why a name is not one of a file in the folder; null: it may be.</summary>
    internal static string? Refuse(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > NameBytesMax || !Utf8.IsValid(name))
        {
            return $"open_file: the name has {name.Length} bytes or is not UTF-8; expected 1 to "
                + $"{NameBytesMax} bytes of UTF-8.";
        }

        var text = Encoding.UTF8.GetString(name);
        var isEscape =
            text.AsSpan().ContainsAny('\0', '\\', ':')
            || text[0] == '/'
            || text.Split('/').Any(part => part == "..");
        return isEscape
            ? $"open_file: '{text}' leads out of the app's files folder; expected a relative path "
                + "of '/'-separated names without '..', ':' and '\\'."
            : null;
    }

    /// <summary>
    /// Opens a file for reading; null: it does not exist, or a link leads outside.
    /// </summary>
    internal SafeFileHandle? Open(string name)
    {
        if (_root is null || RealPath.Resolve(Path.Combine(_root, name)) is not { } path)
        {
            return null;
        }

        var isInside =
            path.StartsWith(_root, StringComparison.Ordinal)
            && path.Length > _root.Length
            && (
                Path.EndsInDirectorySeparator(_root)
                || path[_root.Length] == Path.DirectorySeparatorChar
            );
        if (!isInside || !File.Exists(path))
        {
            return null;
        }

        try
        {
            return File.OpenHandle(path, options: FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
