using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Waverless.Apps;
using Waverless.Apps.Reading;
using Waverless.Cluster;
using Waverless.Cluster.Files;

namespace Waverless.Hosting.Cluster;

/// <summary>
/// The nodes of a cluster as a section of the configuration names them: read by the reader of
/// cluster files, so that keys, meanings and errors are the same.
/// </summary>
internal sealed class ConfiguredNodes
{
    // The line of a piece is its index here: what errors call its place.
    private readonly List<string> _paths = [];

    private ConfiguredNodes() { }

    /// <summary>Reads a section that holds nodes by their ids.</summary>
    /// <exception cref="ClusterSetupException">
    /// It has defects; each is named with its key and what was expected.
    /// </exception>
    public static ClusterFile Read(IConfigurationSection section) =>
        Read(reader => ClusterFileReader.Read(reader.Root(section)));

    /// <summary>Reads a section that is one node of a cluster.</summary>
    /// <param name="section">What the cluster file has of a node.</param>
    /// <param name="id">Which it is.</param>
    /// <exception cref="ClusterSetupException">
    /// It has defects; each is named with its key and what was expected.
    /// </exception>
    public static ClusterNode Read(IConfigurationSection section, NodeId id) =>
        Read(reader => ClusterFileReader.Read(reader.Root(section, id), isWhole: false)).Nodes[0];

    private static ClusterFile Read(Func<ConfiguredNodes, ClusterFile> read)
    {
        var reader = new ConfiguredNodes();
        try
        {
            return read(reader);
        }
        catch (ManifestException defects)
        {
            throw new ClusterSetupException(
                string.Join(Environment.NewLine, defects.Errors.Select(reader.Describe)),
                defects
            );
        }
    }

    private YamlMapping Root(IConfigurationSection section)
    {
        var nodes = Mapping(section, node => Mapping(node, Value));
        return new YamlMapping([new YamlEntry(Scalar("nodes", section), nodes)], nodes.Line, 0);
    }

    private YamlMapping Root(IConfigurationSection section, NodeId id)
    {
        var node = new YamlEntry(Scalar($"{id}", section), Mapping(section, Value));
        var nodes = new YamlMapping([node], Place(section), 0);
        return new YamlMapping([new YamlEntry(Scalar("nodes", section), nodes)], nodes.Line, 0);
    }

    private YamlMapping Mapping(
        IConfigurationSection section,
        Func<IConfigurationSection, YamlNode> read
    ) =>
        new(
            [
                .. section
                    .GetChildren()
                    .Where(child => !IsEmptyList(child))
                    .Select(child => new YamlEntry(
                        Scalar(child.Key.ToLowerInvariant(), child),
                        read(child)
                    )),
            ],
            Place(section),
            0
        );

    private YamlNode Value(IConfigurationSection section)
    {
        var children = section.GetChildren().ToImmutableArray();
        if (children.IsEmpty)
        {
            return Scalar(section.Value ?? "", section);
        }

        return children.All(child => IndexOf(child) is not null)
            ? new YamlSequence(
                [.. children.OrderBy(IndexOf).Select(item => Scalar(item.Value ?? "", item))],
                Place(section),
                0
            )
            : Mapping(section, Value);
    }

    private YamlScalar Scalar(string value, IConfigurationSection section) =>
        new(value, Plain: true, Place(section), 0);

    private int Place(IConfigurationSection section)
    {
        _paths.Add(section.Path);
        return _paths.Count - 1;
    }

    private string Describe(ManifestError error) =>
        error.Expected is null
            ? $"'{_paths[error.Line]}': {error.Message}."
            : $"'{_paths[error.Line]}': {error.Message}; expected {error.Expected}.";

    /// <summary>A list in JSON without items arrives as a key without a value.</summary>
    private static bool IsEmptyList(IConfigurationSection section) =>
        section.Key.Equals("tags", StringComparison.OrdinalIgnoreCase)
        && string.IsNullOrEmpty(section.Value)
        && !section.GetChildren().Any();

    private static int? IndexOf(IConfigurationSection section) =>
        int.TryParse(section.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
}
