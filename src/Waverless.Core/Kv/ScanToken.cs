using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Waverless.Kv;

/// <summary>
/// Tokens that continue scans: the last key that was returned, sealed with the store's secret
/// together with everything that the scan is bound to, so that nobody can make one up, change one,
/// or use it for another scan.
/// </summary>
/// <remarks>
/// Layout, before it is written as base64url: version (1), incarnation (4, little-endian), seal
/// (16), the key. Version 1 is sealed by the store's own secret; version 2 by one that the nodes of
/// a cluster share, and of no incarnation, since each node's store has its own.
/// </remarks>
internal sealed class ScanToken(
    ReadOnlyMemory<byte> secret,
    uint incarnation,
    PartitionId partition
)
{
    private const byte Own = 1;
    private const byte OfCluster = 2;
    private const int HeadBytes = 1 + sizeof(uint);
    private const int SealBytes = 16;

    /// <summary>The secret that other nodes know as well; null: there is none.</summary>
    public ReadOnlyMemory<byte>? Shared { get; init; }

    /// <summary>The token behind a page that ended with a key.</summary>
    public string Seal(in KvRange range, KvKey last)
    {
        var token = new byte[HeadBytes + SealBytes + last.Span.Length];
        token[0] = Shared is null ? Own : OfCluster;
        BinaryPrimitives.WriteUInt32LittleEndian(token.AsSpan(1), IncarnationOf(token[0]));
        last.Span.CopyTo(token.AsSpan(HeadBytes + SealBytes));
        Compute(token[0], range, last.Span).AsSpan(0, SealBytes).CopyTo(token.AsSpan(HeadBytes));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What is left of a range behind a token.</summary>
    /// <exception cref="StorageException">
    /// <c>ForeignRevision</c>: it is of another incarnation of the store. <c>TokenInvalid</c>: it
    /// is not one that was given for this scan.
    /// </exception>
    public KvRange Open(in KvRange range, string text, int keyBytesMax)
    {
        var bytesMax = HeadBytes + SealBytes + keyBytesMax;
        if (text.Length > Base64Url.GetEncodedLength(bytesMax) || Decode(text) is not { } token)
        {
            throw Invalid("it is not a token");
        }

        if (token.Length <= HeadBytes + SealBytes || token[0] is not (Own or OfCluster))
        {
            throw Invalid("it is not a token of this version");
        }

        if (token[0] == OfCluster && Shared is null)
        {
            throw Invalid("the node has not learnt the cluster's secret yet; try again");
        }

        var given = BinaryPrimitives.ReadUInt32LittleEndian(token.AsSpan(1));
        if (given != IncarnationOf(token[0]))
        {
            throw new StorageException(
                StorageError.ForeignRevision,
                $"scan: the continuation token is of incarnation {given}, the store is at "
                    + $"{incarnation}: it was restored since; scan from the beginning"
            );
        }

        var last = token.AsSpan(HeadBytes + SealBytes);
        var seal = token.AsSpan(HeadBytes, SealBytes);
        if (
            !CryptographicOperations.FixedTimeEquals(
                Compute(token[0], range, last).AsSpan(0, SealBytes),
                seal
            )
        )
        {
            throw Invalid($"it was not given for this range of {partition}");
        }

        return range.Reverse
            ? range with
            {
                To = new KvKey(last.ToArray()),
            }
            : range with
            {
                From = new KvKey((byte[])[.. last, 0]),
            };
    }

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static StorageException Invalid(string why) =>
        new(StorageError.TokenInvalid, $"scan: the continuation token cannot be used: {why}");

    private uint IncarnationOf(byte version) => version == Own ? incarnation : 0;

    private byte[] Compute(byte version, in KvRange range, ReadOnlySpan<byte> last)
    {
        var key = version == Own ? secret : Shared!.Value;
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Span);
        Span<byte> numbers = stackalloc byte[2 + 2 * sizeof(int)];
        numbers[0] = version;
        numbers[1] = range.Reverse ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[2..], IncarnationOf(version));
        BinaryPrimitives.WriteInt32LittleEndian(numbers[6..], partition.Number);
        hash.AppendData(numbers);
        Append(hash, Encoding.UTF8.GetBytes(partition.App));
        Append(hash, range.From.Span);
        Append(hash, range.To.Span);
        Append(hash, last);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
