using System.Globalization;
using Microsoft.Extensions.Configuration;
using Waverless.Cluster;
using Waverless.Hosting.Cluster;
using Waverless.Transport.Joining;

namespace Waverless.Hosting.Joining;

/// <summary>How a host joins a cluster, by the section <c>Waverless:Join</c>.</summary>
/// <param name="Section">The section.</param>
/// <param name="Token">What lets it in, once.</param>
internal sealed record JoinSettings(IConfigurationSection Section, JoinToken? Token)
{
    private const string NodeKey = "Node";
    private static readonly string[] Keys = ["Address", "Token", NodeKey];

    /// <summary>Reads the section.</summary>
    /// <exception cref="ClusterSetupException">It has defects.</exception>
    public static JoinSettings Read(IConfigurationSection section)
    {
        var unknown = section
            .GetChildren()
            .FirstOrDefault(child => !Keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new ClusterSetupException(
                $"'{unknown.Path}' is not known; expected one of: {string.Join(", ", Keys)}."
            );
        }

        var text = section["Token"];
        var token = JoinToken.TryParse(text);
        return token is null && !string.IsNullOrWhiteSpace(text)
            ? throw new ClusterSetupException(
                $"'{section.Path}:Token' is no token; expected what the cluster gave: wvl1..."
            )
            : new JoinSettings(section, token);
    }

    /// <summary>What the node is, as the cluster file would have it.</summary>
    /// <exception cref="ClusterSetupException">It has defects.</exception>
    public ClusterNode NodeOf(NodeId id)
    {
        var node = ConfiguredNodes.Read(Section.GetSection(NodeKey), id);
        return node.Roles.HasFlag(NodeRoles.Meta)
            ? throw new ClusterSetupException(
                $"'{Section.Path}:{NodeKey}:Spec' has meta; expected master, worker or both: the "
                    + "metadata stays where the cluster file says."
            )
            : node;
    }

    /// <summary>Where a node of the cluster takes joins.</summary>
    /// <exception cref="ClusterSetupException">It is no address.</exception>
    public (string Host, int Port) Address()
    {
        var text = Section["Address"] ?? "";
        var colon = text.LastIndexOf(':');
        return
            colon > 0
            && int.TryParse(
                text.AsSpan(colon + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var port
            )
            && port is > 0 and <= ushort.MaxValue
            ? (text[..colon].Trim('[', ']'), port)
            : throw new ClusterSetupException(
                $"'{Section.Path}:Address' is '{text}'; expected host:port, as the cluster gave it "
                    + "with the token."
            );
    }
}
