using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Waverless.Cluster;

namespace Waverless.Transport.Joining;

/// <summary>
/// Lets one node join a cluster, once. Whoever has the text can become that node, until it is used
/// or has expired.
/// </summary>
public sealed class JoinToken
{
    private const string Mark = "wvl1";
    private const int IdBytes = 12;
    private const int SecretBytes = 32;
    private const int TextCharsMax = 256;

    private readonly byte[] _secret;
    private readonly byte[] _authority;

    private JoinToken(string id, NodeId node, byte[] secret, byte[] authority) =>
        (Id, Node, _secret, _authority) = (id, node, secret, authority);

    /// <summary>Names the token; no secret.</summary>
    public string Id { get; }

    /// <summary>Who its user becomes.</summary>
    public NodeId Node { get; }

    /// <summary>The SHA-256 of the authority's certificate: whom the user may believe.</summary>
    public ReadOnlyMemory<byte> AuthorityFingerprint => _authority;

    internal byte[] Key => SHA256.HashData(_secret);

    /// <summary>The token as it is handed over: four parts between dots after <c>wvl1</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Mark}.{Id}.{Node}.{Base64Url.EncodeToString(_secret)}.{Base64Url.EncodeToString(_authority)}"
        );

    /// <summary>Reads a token; null: the text is none.</summary>
    /// <param name="text">What <see cref="ToString"/> gave.</param>
    public static JoinToken? TryParse(string? text)
    {
        var parts = text is { Length: <= TextCharsMax } ? text.Trim().Split('.') : [];
        return
            parts.Length == 5
            && parts[0] == Mark
            && parts[1].Length > 0
            && uint.TryParse(
                parts[2],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var node
            )
            && node > 0
            && Decode(parts[3], SecretBytes) is { } secret
            && Decode(parts[4], SHA256.HashSizeInBytes) is { } authority
            ? new JoinToken(parts[1], new NodeId(node), secret, authority)
            : null;
    }

    internal static JoinToken Create(NodeId node, byte[] authority) =>
        new(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
            node,
            RandomNumberGenerator.GetBytes(SecretBytes),
            SHA256.HashData(authority)
        );

    private static byte[]? Decode(string text, int length)
    {
        var bytes = new byte[length];
        var utf8 = Encoding.UTF8.GetBytes(text);
        var status = Base64Url.DecodeFromUtf8(utf8, bytes, out _, out var written);
        return status == System.Buffers.OperationStatus.Done && written == length ? bytes : null;
    }
}
