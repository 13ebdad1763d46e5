using System.Buffers.Binary;

namespace Waverless.Apps.Packaging;

/// <summary>Where the fields of zip records are (PKWARE APPNOTE 4.3).</summary>
internal static class ZipLayout
{
    public const uint LocalSignature = 0x04034B50;
    public const int LocalHeaderLength = 30;
    public const int LocalMethod = 8;
    public const int LocalNameLength = 26;
    public const int LocalExtraLength = 28;

    public const uint EntrySignature = 0x02014B50;
    public const int EntryHeaderLength = 46;
    public const int EntryFlags = 8;
    public const int EntryMethod = 10;
    public const int EntryCrc = 16;
    public const int EntryCompressed = 20;
    public const int EntryLength = 24;
    public const int EntryNameLength = 28;
    public const int EntryExtraLength = 30;
    public const int EntryCommentLength = 32;
    public const int EntryDisk = 34;
    public const int EntryAttributes = 38;
    public const int EntryOffset = 42;

    public const uint EndSignature = 0x06054B50;
    public const int EndLength = 22;
    public const int EndDisk = 4;
    public const int EndDirectoryDisk = 6;
    public const int EndDiskCount = 8;
    public const int EndCount = 10;
    public const int EndDirectoryLength = 12;
    public const int EndDirectoryOffset = 16;
    public const int EndCommentLength = 20;

    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    public const ushort FlagEncrypted = 1;
    public const ushort FlagStrongEncryption = 1 << 6;

    public static ushort UInt16(ReadOnlySpan<byte> record, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(record[at..]);

    public static uint UInt32(ReadOnlySpan<byte> record, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);
}
