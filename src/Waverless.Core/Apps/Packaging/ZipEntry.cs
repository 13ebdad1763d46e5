using System.Text;

namespace Waverless.Apps.Packaging;

/// <summary>One entry of a zip's directory.</summary>
internal sealed record ZipEntry(
    string Path,
    ushort Method,
    uint Crc,
    uint CompressedLength,
    uint Length,
    int HeaderOffset
)
{
    private const int UnixTypeMask = 0xF000;
    private const int UnixFolder = 0x4000;
    private const int UnixFile = 0x8000;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public bool IsFolder => Path.EndsWith('/');

    /// <summary>Reads the entry at a place and moves the place behind it.</summary>
    public static ZipEntry Read(ReadOnlySpan<byte> zip, ref int at, int end, PackageContent content)
    {
        var header = zip[at..end];
        if (
            header.Length < ZipLayout.EntryHeaderLength
            || ZipLayout.UInt32(header, 0) != ZipLayout.EntrySignature
        )
        {
            throw Cut(content);
        }

        var nameLength = ZipLayout.UInt16(header, ZipLayout.EntryNameLength);
        var length =
            ZipLayout.EntryHeaderLength
            + nameLength
            + ZipLayout.UInt16(header, ZipLayout.EntryExtraLength)
            + ZipLayout.UInt16(header, ZipLayout.EntryCommentLength);
        if (length > header.Length)
        {
            throw Cut(content);
        }

        at += length;
        var path = Decode(header.Slice(ZipLayout.EntryHeaderLength, nameLength), content);
        var offset = ZipLayout.UInt32(header, ZipLayout.EntryOffset);
        var entry = new ZipEntry(
            path,
            ZipLayout.UInt16(header, ZipLayout.EntryMethod),
            ZipLayout.UInt32(header, ZipLayout.EntryCrc),
            ZipLayout.UInt32(header, ZipLayout.EntryCompressed),
            ZipLayout.UInt32(header, ZipLayout.EntryLength),
            (int)Math.Min(offset, int.MaxValue)
        );
        entry.RefuseUnsupported(header, content);
        entry.RefuseSpecial(header, content);
        return entry;
    }

    private void RefuseUnsupported(ReadOnlySpan<byte> header, PackageContent content)
    {
        var flags = ZipLayout.UInt16(header, ZipLayout.EntryFlags);
        if ((flags & (ZipLayout.FlagEncrypted | ZipLayout.FlagStrongEncryption)) != 0)
        {
            const string Reason = "It is encrypted; expected a plain file.";
            throw content.Refuse(PackageProblem.Unsupported, Path, Reason);
        }

        if (Method is not (ZipLayout.Stored or ZipLayout.Deflated))
        {
            var reason = $"Its compression method is {Method}; expected stored or deflated.";
            throw content.Refuse(PackageProblem.Unsupported, Path, reason);
        }

        if (
            CompressedLength == uint.MaxValue
            || Length == uint.MaxValue
            || HeaderOffset == int.MaxValue
            || ZipLayout.UInt16(header, ZipLayout.EntryDisk) != 0
        )
        {
            const string Reason = "It is in the zip64 format or on another volume.";
            throw content.Refuse(PackageProblem.Unsupported, Path, Reason);
        }
    }

    private void RefuseSpecial(ReadOnlySpan<byte> header, PackageContent content)
    {
        // The upper half holds the UNIX mode, if whoever made the zip knew one.
        var mode = ZipLayout.UInt16(header, ZipLayout.EntryAttributes + sizeof(ushort));
        var type = mode & UnixTypeMask;
        if (type != 0 && type != (IsFolder ? UnixFolder : UnixFile))
        {
            const string Reason = "It is a link or a device; expected files and folders only.";
            throw content.Refuse(PackageProblem.NotRegularFile, Path, Reason);
        }

        if (IsFolder && (Length != 0 || Method != ZipLayout.Stored && CompressedLength > 2))
        {
            const string Reason = "It is a folder with content.";
            throw content.Refuse(PackageProblem.Corrupt, Path, Reason);
        }
    }

    private static string Decode(ReadOnlySpan<byte> name, PackageContent content)
    {
        try
        {
            return StrictUtf8.GetString(name);
        }
        catch (DecoderFallbackException fault)
        {
            var shown = Encoding.UTF8.GetString(name);
            const string Reason = "The path is not valid UTF-8.";
            throw content.Refuse(PackageProblem.PathInvalid, shown, Reason, fault);
        }
    }

    private static PackageException Cut(PackageContent content) =>
        content.Refuse(PackageProblem.Corrupt, null, "The zip's directory is cut off.");
}
