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
/// (16), the key.
/// </remarks>
internal sealed class ScanToken(
    ReadOnlyMemory<byte> secret,
    uint incarnation,
    PartitionId partition
)
{
    private const byte Version = 1;
    private const int HeadBytes = 1 + sizeof(uint);
    private const int SealBytes = 16;

    /// <summary>The token behind a page that ended with a key.</summary>
    public string Seal(in KvRange range, KvKey last)
    {
        var token = new byte[HeadBytes + SealBytes + last.Span.Length];
        token[0] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(token.AsSpan(1), incarnation);
        last.Span.CopyTo(token.AsSpan(HeadBytes + SealBytes));
        Compute(range, last.Span).AsSpan(0, SealBytes).CopyTo(token.AsSpan(HeadBytes));
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

        if (token.Length <= HeadBytes + SealBytes || token[0] != Version)
        {
            throw Invalid("it is not a token of this version");
        }

        var given = BinaryPrimitives.ReadUInt32LittleEndian(token.AsSpan(1));
        if (given != incarnation)
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
                Compute(range, last).AsSpan(0, SealBytes),
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

    private byte[] Compute(in KvRange range, ReadOnlySpan<byte> last)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Span);
        Span<byte> numbers = stackalloc byte[2 + 2 * sizeof(int)];
        numbers[0] = Version;
        numbers[1] = range.Reverse ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[2..], incarnation);
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
