using System.Buffers;
using System.Buffers.Binary;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>Bodies of messages, and what is in them.</summary>
public static class Bytes
{
    public static ReadOnlySequence<byte> Of(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return new ReadOnlySequence<byte>(bytes);
    }

    public static long Number(in ReadOnlySequence<byte> body) =>
        BinaryPrimitives.ReadInt64LittleEndian(body.ToArray());

    /// <summary>Bytes that differ from place to place.</summary>
    public static byte[] Pattern(int length, int seed = 0)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static TransportReply Reply(in ReadOnlySequence<byte> body) =>
        new(new ReadOnlySequence<byte>(body.ToArray()));

    public static TransportReply Reply(long number) => new(Of(number));

    /// <summary>A body in pieces of one byte, for those who take the first piece for all.</summary>
    public static ReadOnlySequence<byte> InPieces(byte[] bytes)
    {
        Piece? first = null;
        Piece? last = null;
        foreach (var value in bytes)
        {
            last = new Piece(last, value);
            first ??= last;
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, 1);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(Piece? before, byte value)
        {
            Memory = new[] { value };
            RunningIndex = before is null ? 0 : before.RunningIndex + 1;
            before?.Next = this;
        }
    }
}
