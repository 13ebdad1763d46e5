using System.Runtime.InteropServices;

namespace Waverless.Storage.Native;

/// <summary>
/// Forces the names in a folder to the disk: without it a rename that was reported as done can be
/// undone by a power failure. Does nothing where the system does it by itself (Windows).
/// </summary>
internal static partial class FolderSync
{
    public const string Library = "libc";

    private const int ReadOnly = 0;

    /// <summary>Forces the names in a folder to the disk.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        NativeLibraryResolver.Ensure();
        var descriptor = open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(folder);
        }

        try
        {
            if (fsync(descriptor) != 0)
            {
                throw Failure(folder);
            }
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failure(string folder) =>
        new(
            $"The folder {folder} could not be forced to the disk: {Marshal.GetLastPInvokeErrorMessage()}."
        );

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int open(string path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport(Library)]
    private static partial int close(int descriptor);
}
