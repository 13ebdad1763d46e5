using System.Runtime.InteropServices;
using System.Text;

namespace Waverless.Wasm.Original;

/// <summary>Resolves a path and every symbolic link in it.</summary>
internal static unsafe partial class RealPath
{
    private const int PathBytesMax = 4_096;

    /// <summary>The path without links, <c>.</c> and <c>..</c>; null: it does not exist.</summary>
    internal static string? Resolve(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return ResolveWindows(path);
        }

        var name = Encoding.UTF8.GetBytes(path + '\0');
        Span<byte> resolved = stackalloc byte[PathBytesMax];
        fixed (byte* nameBytes = name)
        fixed (byte* resolvedBytes = resolved)
        {
            if (Resolve(nameBytes, resolvedBytes) == null)
            {
                return null;
            }
        }

        return Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)]);
    }

    /// <summary>
    /// Windows offers no such call: a path with any link in it counts as missing.
    /// </summary>
    private static string? ResolveWindows(string path)
    {
        var full = Path.GetFullPath(path);
        for (var part = full; part is not null; part = Path.GetDirectoryName(part))
        {
            if (!Path.Exists(part) || File.GetAttributes(part).HasFlag(FileAttributes.ReparsePoint))
            {
                return null;
            }
        }

        return full;
    }

    [LibraryImport("libc", EntryPoint = "realpath")]
    private static partial byte* Resolve(byte* path, byte* resolved);
}
