using System.Buffers;

namespace Waverless.Invocations;

/// <summary>
/// Bytes of unknown length in growing pieces: nothing is copied again when more arrive. Not
/// thread-safe.
/// </summary>
internal sealed class SegmentedBuffer
{
    private const int FirstBytes = 16 * 1024;
    private const int PieceBytesMax = 1024 * 1024;

    private Piece? _first;
    private Piece? _last;

    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_last is null || _last.Room == 0)
            {
                var size = (int)Math.Clamp(Length, FirstBytes, PieceBytesMax);
                _last = new Piece(size, _last);
                _first ??= _last;
            }

            var taken = Math.Min(_last.Room, bytes.Length);
            _last.Append(bytes[..taken]);
            bytes = bytes[taken..];
            Length += taken;
        }
    }

    public ReadOnlySequence<byte> ToSequence() =>
        _first is null || _last is null
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(_first, 0, _last, _last.Memory.Length);

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        private readonly byte[] _bytes;
        private int _length;

        public Piece(int size, Piece? before)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(size);
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }

        public int Room => _bytes.Length - _length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan(_length));
            _length += bytes.Length;
            Memory = _bytes.AsMemory(0, _length);
        }
    }
}
