using System.Buffers;

namespace Waverless.Transport.Lanes;

/// <summary>A piece of memory that frames are gathered in before they are written.</summary>
internal sealed class LaneBlock
{
    private const int Bytes = 64 * 1024;

    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(Bytes);

    public int Length { get; private set; }

    public bool IsFull => Length == _bytes.Length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Takes what fits; how much that was.</summary>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, _bytes.Length - Length);
        bytes[..taken].CopyTo(_bytes.AsSpan(Length));
        Length += taken;
        return taken;
    }

    public void Release() => ArrayPool<byte>.Shared.Return(_bytes);
}
