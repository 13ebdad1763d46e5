using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Waverless.Apps.Packaging;

/// <summary>Unpacks one entry and stops at the first byte too many.</summary>
internal static class ZipInflater
{
    /// <summary>Below this size a high ratio does no harm.</summary>
    private const int RatioFreeBytes = 1 << 20;

    private const int ChunkLength = 64 << 10;

    public static ReadOnlyMemory<byte> Read(
        ReadOnlyMemory<byte> packed,
        ZipEntry entry,
        PackageContent content
    )
    {
        if (entry.Length > content.Room)
        {
            throw content.TooLarge(entry.Path);
        }

        var bytes = entry.Method == ZipLayout.Stored ? packed : Inflate(packed, entry, content);
        if (bytes.Length != entry.Length)
        {
            var reason = $"It has {bytes.Length} bytes; the directory says {entry.Length}.";
            throw content.Refuse(PackageProblem.Corrupt, entry.Path, reason);
        }

        return Crc32.Compute(bytes.Span) == entry.Crc
            ? bytes
            : throw content.Refuse(PackageProblem.Corrupt, entry.Path, "Its checksum is wrong.");
    }

    private static ReadOnlyMemory<byte> Inflate(
        ReadOnlyMemory<byte> packed,
        ZipEntry entry,
        PackageContent content
    )
    {
        // Grows with what was really unpacked: a size in a header allocates nothing.
        var unpacked = new MemoryStream();
        using var inflater = new DeflateStream(AsStream(packed), CompressionMode.Decompress);
        var chunk = new byte[ChunkLength];
        while (Next(inflater, chunk, entry, content) is > 0 and var read)
        {
            unpacked.Write(chunk, 0, read);
            if (unpacked.Length > content.Room || unpacked.Length > entry.Length)
            {
                throw unpacked.Length > content.Room
                    ? content.TooLarge(entry.Path)
                    : content.Refuse(
                        PackageProblem.Corrupt,
                        entry.Path,
                        $"It has more than the {entry.Length} bytes that the directory says."
                    );
            }

            if (
                unpacked.Length > RatioFreeBytes
                && unpacked.Length / Math.Max(packed.Length, 1) >= content.Limits.RatioMax
            )
            {
                var reason = $"It unpacks to more than {content.Limits.RatioMax} times its size.";
                throw content.Refuse(PackageProblem.TooLarge, entry.Path, reason);
            }
        }

        return unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length);
    }

    private static int Next(
        DeflateStream inflater,
        byte[] chunk,
        ZipEntry entry,
        PackageContent content
    )
    {
        try
        {
            return inflater.Read(chunk);
        }
        catch (InvalidDataException fault)
        {
            const string Reason = "Its compressed bytes are damaged.";
            throw content.Refuse(PackageProblem.Corrupt, entry.Path, Reason, fault);
        }
    }

    private static MemoryStream AsStream(ReadOnlyMemory<byte> packed) =>
        MemoryMarshal.TryGetArray(packed, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(packed.ToArray(), writable: false);
}
