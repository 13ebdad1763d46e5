using System.Buffers;
using System.Security.Cryptography;
using Waverless.Storage.Native;

namespace Waverless.Storage.Backups;

/// <summary>Copies files so that a power failure cannot take them back, and hashes them.</summary>
internal static class FolderCopy
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Copies a file and forces it to the disk; returns its length and hash.</summary>
    public static async Task<(long Bytes, string Sha256)> CopyAsync(
        string from,
        string to,
        CancellationToken ct
    )
    {
        await using var target = new FileStream(
            to,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 0
        );
        var read = await ReadAsync(from, target, ct);
        target.Flush(flushToDisk: true);
        return read;
    }

    /// <summary>Reads a file for its length and hash.</summary>
    public static Task<(long Bytes, string Sha256)> HashAsync(string file, CancellationToken ct) =>
        ReadAsync(file, Stream.Null, ct);

    /// <summary>Forces the names in a folder, and in all folders below it, to the disk.</summary>
    public static void FlushNames(string folder)
    {
        foreach (var below in Directory.GetDirectories(folder))
        {
            FlushNames(below);
        }

        FolderSync.Flush(folder);
    }

    /// <summary>Deletes a folder with what is in it, if it is there.</summary>
    public static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(long Bytes, string Sha256)> ReadAsync(
        string from,
        Stream to,
        CancellationToken ct
    )
    {
        await using var source = new FileStream(
            from,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.SequentialScan
        );
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var bytes = 0L;
            while (await source.ReadAsync(buffer, ct) is > 0 and var count)
            {
                hash.AppendData(buffer, 0, count);
                await to.WriteAsync(buffer.AsMemory(0, count), ct);
                bytes += count;
            }

            return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
