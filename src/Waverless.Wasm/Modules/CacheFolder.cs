using Microsoft.Win32.SafeHandles;

namespace Waverless.Wasm.Modules;

/// <summary>
/// A folder that only this user can read and write, of bounded size. Files in it come into being
/// whole: written beside, flushed to disk, renamed.
/// </summary>
internal sealed class CacheFolder(string path, long bytesMax, TimeProvider time)
{
    internal const string Extension = ".cwasm";

    /// <summary>Uses that follow each other closer than this are not told apart.</summary>
    private static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(1);

    private const UnixFileMode Private =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    internal string Path => path;

    /// <summary>Creates the folder, or takes the rights of others away.</summary>
    internal void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, Private);
        if (File.GetUnixFileMode(path) != Private)
        {
            File.SetUnixFileMode(path, Private);
        }
    }

    internal string FileOf(string name) => System.IO.Path.Combine(path, name + Extension);

    /// <summary>The whole file; null: there is none.</summary>
    internal PooledBytes? Read(string name)
    {
        var path = FileOf(name);
        if (!File.Exists(path))
        {
            return null;
        }

        // Sharing everything keeps .NET from locking the file: entries never change.
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var bytes = new PooledBytes((int)Math.Min(RandomAccess.GetLength(file), Array.MaxLength));
        try
        {
            ReadAll(file, bytes.Span);
            MarkUsed(file, path);
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    internal void Write(string name, ReadOnlySpan<byte> header, ReadOnlySpan<byte> content)
    {
        var temporary = FileOf(name) + "." + Guid.NewGuid().ToString("n");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(header);
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, FileOf(name), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        Trim();
    }

    private static void ReadAll(SafeFileHandle file, Span<byte> into)
    {
        var done = 0;
        while (done < into.Length)
        {
            var read = RandomAccess.Read(file, into[done..], done);
            if (read == 0)
            {
                throw new EndOfStreamException("The entry became shorter while it was read.");
            }

            done += read;
        }
    }

    private void MarkUsed(SafeFileHandle file, string path)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (now - File.GetLastWriteTimeUtc(file) > UseResolution)
        {
            File.SetLastWriteTimeUtc(path, now);
        }
    }

    private void Trim()
    {
        var files = new DirectoryInfo(path)
            .EnumerateFiles("*" + Extension + "*")
            .OrderByDescending(file => file.LastWriteTimeUtc);
        long total = 0;
        foreach (var file in files)
        {
            total += file.Length;
            if (total > bytesMax)
            {
                file.Delete();
            }
        }
    }
}
