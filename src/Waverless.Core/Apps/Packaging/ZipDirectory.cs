namespace Waverless.Apps.Packaging;

/// <summary>Where the directory of a zip is, as the record at its end says.</summary>
internal readonly record struct ZipDirectory(int Offset, int End, int Count)
{
    public static ZipDirectory Find(ReadOnlySpan<byte> zip, PackageContent content)
    {
        var at = FindEnd(zip);
        if (at < 0)
        {
            const string Reason = "This is not a zip, or its end is missing.";
            throw content.Refuse(PackageProblem.Corrupt, null, Reason);
        }

        var end = zip[at..];
        var count = ZipLayout.UInt16(end, ZipLayout.EndCount);
        var length = ZipLayout.UInt32(end, ZipLayout.EndDirectoryLength);
        var offset = ZipLayout.UInt32(end, ZipLayout.EndDirectoryOffset);
        if (count == ushort.MaxValue || length == uint.MaxValue || offset == uint.MaxValue)
        {
            const string Reason = "The zip is in the zip64 format; expected a plain one.";
            throw content.Refuse(PackageProblem.Unsupported, null, Reason);
        }

        if (
            ZipLayout.UInt16(end, ZipLayout.EndDisk) != 0
            || ZipLayout.UInt16(end, ZipLayout.EndDirectoryDisk) != 0
            || ZipLayout.UInt16(end, ZipLayout.EndDiskCount) != count
        )
        {
            const string Reason = "The zip has several volumes; expected one.";
            throw content.Refuse(PackageProblem.Unsupported, null, Reason);
        }

        if ((long)offset + length != at)
        {
            const string Reason = "The zip's directory is not where its end says.";
            throw content.Refuse(PackageProblem.Corrupt, null, Reason);
        }

        return new ZipDirectory((int)offset, at, count);
    }

    /// <summary>The end record is last, but for a comment whose length it tells.</summary>
    private static int FindEnd(ReadOnlySpan<byte> zip)
    {
        var lowest = Math.Max(0, zip.Length - ZipLayout.EndLength - ushort.MaxValue);
        for (var at = zip.Length - ZipLayout.EndLength; at >= lowest; at--)
        {
            var record = zip[at..];
            if (
                ZipLayout.UInt32(record, 0) == ZipLayout.EndSignature
                && ZipLayout.UInt16(record, ZipLayout.EndCommentLength)
                    == record.Length - ZipLayout.EndLength
            )
            {
                return at;
            }
        }

        return -1;
    }
}
