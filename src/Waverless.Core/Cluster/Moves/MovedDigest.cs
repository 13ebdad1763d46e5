using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf.Collections;
using Waverless.Apps.Packaging;
using Waverless.Messaging.Wire;
using Waverless.Scheduling;

namespace Waverless.Cluster.Moves;

/// <summary>What both sides of a move count, to see that all has come as it was sent.</summary>
internal sealed class MovedDigest
{
    /// <summary>Records so far.</summary>
    public ulong Records { get; private set; }

    /// <summary>The checksum of the chunks' checksums, in order.</summary>
    public ulong Value { get; private set; }

    /// <summary>A chunk was sent, or has come.</summary>
    public void Add(ImportChunk chunk)
    {
        Records += (ulong)chunk.Records.Count;
        Value = FrozenHash.Mix(Value ^ chunk.Check);
    }

    /// <summary>The checksum of records: of their lengths and bytes.</summary>
    public static uint Check(RepeatedField<ImportRecord> records)
    {
        var bytes = records.Sum(record =>
            12 + record.Key.Length + record.Value.Length + record.End.Length
        );
        var buffer = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            var at = 0;
            foreach (var record in records)
            {
                Append(buffer, ref at, record.Key.Span, 0);
                Append(buffer, ref at, record.Value.Span, record.HasValue ? 1 : 0);
                Append(buffer, ref at, record.End.Span, 0);
            }

            return Crc32.Compute(buffer.AsSpan(0, at));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Append(byte[] to, ref int at, ReadOnlySpan<byte> bytes, int mark)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.AsSpan(at), (bytes.Length << 1) | mark);
        bytes.CopyTo(to.AsSpan(at + sizeof(int)));
        at += sizeof(int) + bytes.Length;
    }
}
