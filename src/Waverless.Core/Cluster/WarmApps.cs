using System.Collections.Immutable;
using Waverless.Scheduling;

namespace Waverless.Cluster;

/// <summary>
/// The apps that a node keeps ready, with how many instances each. Immutable; a lookup does not
/// allocate and takes some nanoseconds.
/// </summary>
public sealed class WarmApps
{
    /// <summary>Most apps that are told of one node; those with the fewest instances go.</summary>
    public const int AppsMax = 256;

    /// <summary>Half of a hash tells apps apart, and is what nodes report.</summary>
    private const ulong HashBits = 0xFFFF_FFFF_0000_0000;

    private readonly ulong[] _hashes;
    private readonly int[] _instances;
    private readonly ulong _bloom;

    private WarmApps(ulong[] hashes, int[] instances)
    {
        _hashes = hashes;
        _instances = instances;
        foreach (var hash in hashes)
        {
            _bloom |= 1UL << (int)(hash >> 58);
        }
    }

    /// <summary>No app is warm.</summary>
    public static WarmApps None { get; } = new([], []);

    /// <summary>How many apps are warm.</summary>
    public int Count => _hashes.Length;

    /// <summary>Takes apps and their instances; those with none are not warm.</summary>
    public static WarmApps Create(IEnumerable<KeyValuePair<string, int>> apps)
    {
        ArgumentNullException.ThrowIfNull(apps);
        var kept = apps.Where(app => app.Value > 0)
            .OrderByDescending(app => app.Value)
            .ThenBy(app => app.Key, StringComparer.Ordinal)
            .Take(AppsMax)
            .Select(app => (HashOf(app.Key), app.Value));
        return OfHashes(kept);
    }

    /// <summary>Takes hashes of apps, of which the upper half counts, and their instances.</summary>
    internal static WarmApps OfHashes(IEnumerable<(ulong Hash, int Instances)> apps)
    {
        var kept = apps.Where(app => app.Instances > 0)
            .Select(app => (Hash: app.Hash & HashBits, app.Instances))
            .DistinctBy(app => app.Hash)
            .Take(AppsMax)
            .OrderBy(app => app.Hash)
            .ToImmutableArray();
        return kept.IsEmpty
            ? None
            : new([.. kept.Select(app => app.Hash)], [.. kept.Select(app => app.Instances)]);
    }

    /// <summary>Those with the most instances, by their hashes.</summary>
    internal ImmutableArray<(ulong Hash, int Instances)> Most(int count) =>
        [
            .. _hashes
                .Zip(_instances)
                .OrderByDescending(app => app.Second)
                .ThenBy(app => app.First)
                .Take(count),
        ];

    /// <summary>How many instances of an app are ready; 0: its next start is a cold one.</summary>
    public int InstancesOf(string app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return InstancesOf(HashOf(app));
    }

    internal static ulong HashOf(string app) => FrozenHash.Of(app);

    /// <summary>The same by the app's hash, which is computed once for all nodes.</summary>
    internal int InstancesOf(ulong hash)
    {
        if ((_bloom & (1UL << (int)(hash >> 58))) == 0)
        {
            return 0;
        }

        var index = Array.BinarySearch(_hashes, hash & HashBits);
        return index < 0 ? 0 : _instances[index];
    }
}
