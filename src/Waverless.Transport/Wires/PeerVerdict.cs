using System.Security.Cryptography.X509Certificates;
using Waverless.Cluster;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Wires;

/// <summary>What was found about the other side of one connection.</summary>
internal sealed class PeerVerdict
{
    /// <summary>Who it is; null: nobody that is trusted.</summary>
    public NodeId? Peer { get; private set; }

    /// <summary>Why it is not trusted; null: it was not asked, or is trusted.</summary>
    public string? Refusal { get; private set; }

    public bool Judge(
        X509Certificate? certificate,
        NodeIdentity identity,
        bool isServer,
        NodeId? expected,
        TimeProvider time
    )
    {
        var found = CertificateCheck.Accept(
            certificate,
            identity,
            isServer,
            time.GetUtcNow(),
            out var why
        );
        if (found is { } name && expected is { } id && name.Node != id)
        {
            (found, why) = (null, $"node {name.Node} answered, expected {id}");
        }

        Peer = found?.Node;
        Refusal = found is null ? why : null;
        return found is not null;
    }
}
