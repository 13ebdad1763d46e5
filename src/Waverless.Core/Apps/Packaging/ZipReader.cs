using System.Text;

namespace Waverless.Apps.Packaging;

/// <summary>
/// Reads zips from strangers. Strict where readers differ: the directory alone says what there
/// is, each entry's own header must agree with it, and entries must not overlap. Sizes in headers
/// are checked, not believed.
/// </summary>
internal static class ZipReader
{
    public static void Read(ReadOnlyMemory<byte> zip, PackageContent content)
    {
        if (zip.Length > content.Limits.ArchiveBytesMax)
        {
            var reason = $"The zip is larger than {content.Limits.ArchiveBytesMax} bytes.";
            throw content.Refuse(PackageProblem.TooLarge, null, reason);
        }

        var directory = ZipDirectory.Find(zip.Span, content);
        var entries = new List<ZipEntry>();
        var at = directory.Offset;
        for (var i = 0; i < directory.Count; i++)
        {
            var entry = ZipEntry.Read(zip.Span, ref at, directory.End, content);
            content.Announce(entry.Path, entry.IsFolder);
            entries.Add(entry);
        }

        if (at != directory.End)
        {
            const string Reason = "The zip's directory is longer than its entries.";
            throw content.Refuse(PackageProblem.Corrupt, null, Reason);
        }

        var used = 0;
        foreach (var entry in entries.OrderBy(entry => entry.HeaderOffset))
        {
            var body = Locate(zip.Span, entry, used, directory.Offset, content);
            used = body.End.Value;
            if (!entry.IsFolder)
            {
                content.Add(entry.Path, ZipInflater.Read(zip[body], entry, content));
            }
        }
    }

    /// <summary>Finds an entry's bytes behind its own header.</summary>
    private static Range Locate(
        ReadOnlySpan<byte> zip,
        ZipEntry entry,
        int used,
        int end,
        PackageContent content
    )
    {
        var at = entry.HeaderOffset;
        if (at < used || at > end - ZipLayout.LocalHeaderLength)
        {
            throw Corrupt(content, entry, "Its bytes overlap others, or lie outside.");
        }

        var header = zip[at..end];
        var name = header.Slice(ZipLayout.LocalHeaderLength);
        var nameLength = ZipLayout.UInt16(header, ZipLayout.LocalNameLength);
        var extraLength = ZipLayout.UInt16(header, ZipLayout.LocalExtraLength);
        if (
            ZipLayout.UInt32(header, 0) != ZipLayout.LocalSignature
            || nameLength > name.Length
            || !name[..nameLength].SequenceEqual(Encoding.UTF8.GetBytes(entry.Path))
            || ZipLayout.UInt16(header, ZipLayout.LocalMethod) != entry.Method
        )
        {
            throw Corrupt(content, entry, "Its own header does not agree with the directory.");
        }

        var start = (long)at + ZipLayout.LocalHeaderLength + nameLength + extraLength;
        if (start + entry.CompressedLength > end)
        {
            throw Corrupt(content, entry, "Its bytes are cut off.");
        }

        return (int)start..(int)(start + entry.CompressedLength);
    }

    private static PackageException Corrupt(PackageContent content, ZipEntry entry, string why) =>
        content.Refuse(PackageProblem.Corrupt, entry.Path, why);
}
