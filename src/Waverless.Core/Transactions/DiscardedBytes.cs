using System.Buffers;

namespace Waverless.Transactions;

/// <summary>Takes a value that nobody looks at.</summary>
internal sealed class DiscardedBytes : IBufferWriter<byte>
{
    private byte[] _bytes = [];

    public void Advance(int count)
    {
        // Nobody looks at it.
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.Length < Math.Max(sizeHint, 1))
        {
            _bytes = new byte[Math.Max(sizeHint, 256)];
        }

        return _bytes;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
