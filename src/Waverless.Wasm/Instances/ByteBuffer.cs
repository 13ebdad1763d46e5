using System.Buffers;

namespace Waverless.Wasm.Instances;

/// <summary>
/// A growing buffer with a bound, reused from one invocation to the next. Keeps at most
/// <see cref="BytesKept"/> between them.
/// </summary>
/// <param name="bytesMax">Most bytes that it holds.</param>
/// <param name="refuse">Makes the exception for more than that.</param>
internal sealed class ByteBuffer(int bytesMax, Func<Exception> refuse) : IBufferWriter<byte>
{
    /// <summary>Capacity that survives <see cref="Clear"/>.</summary>
    internal const int BytesKept = 64 << 10;

    private byte[] _bytes = [];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        if (Length + count > bytesMax)
        {
            throw refuse();
        }

        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    internal void Truncate(int length) => Length = length;

    internal void Clear()
    {
        Length = 0;
        if (_bytes.Length > BytesKept)
        {
            _bytes = [];
        }
    }

    private void Reserve(int sizeHint)
    {
        var needed = (long)Length + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
        {
            return;
        }

        // One byte more than the bound: a writer may ask for room that it does not use.
        if (needed - 1 > bytesMax)
        {
            throw refuse();
        }

        var capacity = Math.Clamp(Math.Max(needed, _bytes.Length * 2L), 256, bytesMax + 1L);
        Array.Resize(ref _bytes, (int)capacity);
    }
}
