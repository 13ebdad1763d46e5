namespace Waverless.Storage.Engine;

/// <summary>
/// Memory for the keys and values of one page. Small ones share an array: two arrays for each
/// entry would cost more than reading it. The arrays are small too, so that an entry that is kept
/// does not keep a whole page.
/// </summary>
internal struct PageMemory
{
    /// <summary>Bytes that share an array.</summary>
    public const int SharedBytes = 16 * 1024;

    /// <summary>What is longer has an array of its own.</summary>
    public const int SharedEntryMax = 2 * 1024;

    private byte[]? _shared;
    private int _used;

    /// <summary>A copy of the bytes.</summary>
    public ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > SharedEntryMax)
        {
            return bytes.ToArray();
        }

        if (_shared is null || _shared.Length - _used < bytes.Length)
        {
            // The first one is small: most pages are short.
            var length = _shared is null ? SharedEntryMax : SharedBytes;
            _shared = GC.AllocateUninitializedArray<byte>(length);
            _used = 0;
        }

        var copy = _shared.AsMemory(_used, bytes.Length);
        bytes.CopyTo(copy.Span);
        _used += bytes.Length;
        return copy;
    }
}
