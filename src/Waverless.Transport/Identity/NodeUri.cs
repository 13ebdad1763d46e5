using System.Globalization;
using Waverless.Cluster;

namespace Waverless.Transport.Identity;

/// <summary>
/// How a certificate names a node: <c>waverless://cluster/node/3</c>, as a URI among its
/// alternative names.
/// </summary>
internal readonly record struct NodeUri(string Cluster, NodeId Node)
{
    private const string Scheme = "waverless://";
    private const string Middle = "/node/";

    public override string ToString() => $"{Scheme}{Cluster}{Middle}{Node}";

    public Uri ToUri() => new(ToString());

    public static NodeUri? TryParse(string text)
    {
        var middle = text.IndexOf(Middle, StringComparison.Ordinal);
        return
            text.StartsWith(Scheme, StringComparison.Ordinal)
            && middle > Scheme.Length
            && uint.TryParse(
                text.AsSpan(middle + Middle.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var node
            )
            && node > 0
            ? new NodeUri(text[Scheme.Length..middle], new NodeId(node))
            : null;
    }
}
