using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Waverless.Apps;
using Waverless.Apps.Reading;
using Waverless.Cluster.Membership;
using Waverless.Messaging;

namespace Waverless.Cluster.Files;

/// <summary>
/// Reads the seed's cluster file: <c>nodes: {id: {addr, domain, spec}}</c>, <c>loki: {addr}</c>;
/// and, ours, a node's <c>weight</c>, <c>tags</c> and <c>http</c>.
/// </summary>
internal sealed class ClusterFileReader
{
    private static readonly ImmutableArray<string> TopKeys = ["nodes", "loki"];
    private static readonly ImmutableArray<string> LokiKeys = ["addr"];
    private static readonly ImmutableArray<string> NodeKeys =
    [
        "addr",
        "domain",
        "spec",
        "weight",
        "tags",
        "http",
    ];

    private readonly ErrorList _errors;
    private readonly Scalars _scalars;

    private ClusterFileReader(ErrorList errors)
    {
        _errors = errors;
        _scalars = new Scalars(errors);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="utf8">Its content.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="isWhole">Whether it names all nodes of the cluster.</param>
    /// <exception cref="ManifestException">
    /// It has defects; each is named with its place and what was expected.
    /// </exception>
    public static ClusterFile Read(ReadOnlySpan<byte> utf8, string name, bool isWhole = true)
    {
        var errors = new ErrorList(name);
        var text = YamlText.Decode(utf8, errors);
        var root = text is null ? null : YamlTreeReader.Read(text, errors);
        var file = root is null ? null : new ClusterFileReader(errors).ReadFile(root, isWhole);
        errors.ThrowIfAny(null);
        return file!;
    }

    /// <summary>Reads what stands elsewhere in the form of a file.</summary>
    /// <param name="root">Its content; the places in errors are those of its nodes.</param>
    /// <param name="isWhole">Whether it names all nodes of the cluster.</param>
    /// <exception cref="ManifestException">It has defects, as a file has.</exception>
    public static ClusterFile Read(YamlMapping root, bool isWhole = true)
    {
        var errors = new ErrorList("");
        var file = new ClusterFileReader(errors).ReadFile(root, isWhole);
        errors.ThrowIfAny(null);
        return file;
    }

    private ClusterFile ReadFile(YamlNode root, bool isWhole)
    {
        var top = Fields.Of(root, TopKeys, "the cluster file", _errors);
        var nodes = ImmutableArray.CreateBuilder<ClusterNode>();
        if (top["nodes"] is { Value: YamlMapping mapping })
        {
            nodes.AddRange(mapping.Entries.Select(ReadNode).OfType<ClusterNode>());
        }
        else
        {
            _errors.Add(root, "the cluster file has no 'nodes'", "a mapping of ids to nodes");
        }

        var loki = top["loki"] is { } entry
            ? Fields.Of(entry.Value, LokiKeys, "'loki'", _errors)
            : null;
        if (isWhole)
        {
            CheckTogether(root, nodes);
        }

        return new ClusterFile([.. nodes.OrderBy(node => node.Id.Value)])
        {
            LokiAddress = Optional(loki?["addr"]),
        };
    }

    private ClusterNode? ReadNode(YamlEntry entry)
    {
        var isId = uint.TryParse(
            entry.Name,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var id
        );
        if (!isId || id == 0)
        {
            _errors.Add(entry.Key, $"The node {entry.Key.Kind} has no id", "a whole number from 1");
        }

        var what = $"node {entry.Name}";
        var fields = Fields.Of(entry.Value, NodeKeys, what, _errors);
        var address = ReadAddress(entry, fields["addr"], new NodeId(id));
        var roles = ReadRoles(entry, fields["spec"]);
        if (address is null || roles == NodeRoles.None)
        {
            return null;
        }

        var node = new ClusterNode(address, roles)
        {
            Domain = ReadUrl(fields["domain"]),
            HttpAddress = ReadUrl(fields["http"]),
            Weight = ReadWeight(fields["weight"]),
            Tags = ReadTags(fields["tags"]),
        };
        CheckUrl(node, fields["addr"]!.Value);
        return node;
    }

    /// <summary>By default HTTP is taken a port above that for other nodes.</summary>
    private void CheckUrl(ClusterNode node, YamlNode addr)
    {
        if (node.HttpAddress is null && node.Address.Port == ushort.MaxValue)
        {
            _errors.Add(addr, $"no port is above that of node {node.Id}", "another, or 'http'");
        }
        else if (Encoding.UTF8.GetByteCount(node.PublicUrl) > MemberProfile.TextBytesMax)
        {
            _errors.Add(addr, $"the name of node {node.Id} is too long", "at most 240 bytes");
        }
    }

    private NodeAddress? ReadAddress(YamlEntry node, YamlEntry? entry, NodeId id)
    {
        const string Expected = "host:port, such as 127.0.0.1:2500";
        if (entry is null)
        {
            _errors.Add(node.Key, $"node {node.Name} has no 'addr'", Expected);
            return null;
        }

        if (_scalars.Text(entry, Expected) is not { } text)
        {
            return null;
        }

        var colon = text.LastIndexOf(':');
        var isPort = int.TryParse(
            text.AsSpan(colon + 1),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var port
        );
        if (colon < 1 || !isPort || port is < 1 or > ushort.MaxValue)
        {
            _errors.Add(entry.Value, $"'addr' of node {node.Name} is '{text}'", Expected);
            return null;
        }

        return new NodeAddress(id, text[..colon].Trim('[', ']'), port);
    }

    private NodeRoles ReadRoles(YamlEntry node, YamlEntry? entry)
    {
        const string Expected = "a list of meta, master and worker, such as [meta, worker]";
        if (entry?.Value is not YamlSequence { Items.IsEmpty: false } list)
        {
            _errors.Add(
                entry?.Value ?? node.Key,
                $"'spec' of node {node.Name} is {entry?.Value.Kind ?? "missing"}",
                Expected
            );
            return NodeRoles.None;
        }

        var roles = NodeRoles.None;
        foreach (var item in list.Items)
        {
            var role = (item as YamlScalar)?.Value switch
            {
                "meta" => NodeRoles.Meta,
                "master" => NodeRoles.Master,
                "worker" => NodeRoles.Worker,
                _ => NodeRoles.None,
            };
            if (role == NodeRoles.None)
            {
                _errors.Add(item, $"'spec' of node {node.Name} has {item.Kind}", Expected);
            }

            roles |= role;
        }

        if ((roles & (NodeRoles.Master | NodeRoles.Worker)) == NodeRoles.None)
        {
            _errors.Add(entry.Value, $"node {node.Name} is neither", "master, worker or both");
        }

        return roles;
    }

    private string? ReadUrl(YamlEntry? entry)
    {
        const string Expected = "http://... or https://..., of at most 255 bytes";
        if (Optional(entry) is not { } url)
        {
            return null;
        }

        if (
            Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps)
            && Encoding.UTF8.GetByteCount(url) <= MemberProfile.TextBytesMax
        )
        {
            return url;
        }

        _errors.Add(entry!.Value, $"'{entry.Name}' is {entry.Value.Kind}", Expected);
        return null;
    }

    private double ReadWeight(YamlEntry? entry)
    {
        const string Expected = "a number above 0, such as 1 or 2.5";
        if (_scalars.Text(entry, Expected) is not { } text)
        {
            return 1;
        }

        var isNumber = double.TryParse(
            text,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var weight
        );
        if (isNumber && weight > 0 && double.IsFinite(weight))
        {
            return weight;
        }

        _errors.Add(entry!.Value, $"'weight' is '{text}'", Expected);
        return 1;
    }

    private ImmutableArray<string> ReadTags(YamlEntry? entry)
    {
        if (entry is null)
        {
            return [];
        }

        if (entry.Value is YamlSequence list && list.Items.All(item => item is YamlScalar))
        {
            return [.. list.Items.Select(item => ((YamlScalar)item).Value)];
        }

        _errors.Add(entry.Value, $"'tags' is {entry.Value.Kind}", "a list of words");
        return [];
    }

    /// <summary>A value that may be left out, as the seed's file does.</summary>
    private string? Optional(YamlEntry? entry) =>
        entry is null or { Value: YamlScalar { IsNull: true } }
            ? null
            : _scalars.Text(entry, "text, or nothing");

    private void CheckTogether(YamlNode root, ImmutableArray<ClusterNode>.Builder nodes)
    {
        if (_errors.Any)
        {
            return;
        }

        if (!nodes.Any(node => node.Roles.HasFlag(NodeRoles.Worker)))
        {
            _errors.Add(root, "no node is a worker", "at least one 'spec' with worker");
        }

        if (!nodes.Any(node => node.Roles.HasFlag(NodeRoles.Master)))
        {
            _errors.Add(root, "no node is a master", "at least one 'spec' with master");
        }

        foreach (var twice in nodes.GroupBy(node => (node.Address.Host, node.Address.Port)))
        {
            if (twice.Count() > 1)
            {
                var ids = string.Join(" and ", twice.Select(node => node.Id));
                _errors.Add(root, $"the nodes {ids} have the same 'addr'", "one for each");
            }
        }
    }
}
