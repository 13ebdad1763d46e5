using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>
/// Says in which partition of an app a key lives: the value of the placeholder that the manifest
/// names decides, keys without one live in partition 0. Immutable; does not allocate. The answer
/// is part of what is on disk: for a given manifest it never changes.
/// </summary>
internal sealed class KeyPartitioner
{
    private readonly ImmutableArray<KeyPatternGrant> _rules;

    public KeyPartitioner(AppManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        Count = manifest.Partitions;
        _rules = Count == 1 ? [] : RulesOf(manifest);
    }

    /// <summary>How many partitions there are.</summary>
    public int Count { get; }

    /// <summary>The partition of a key, from 0.</summary>
    public int PartitionOf(ReadOnlySpan<byte> key)
    {
        foreach (var rule in _rules)
        {
            if (rule.Pattern.TryCapture(key, rule.PartitionPlaceholder!.Value, out var value))
            {
                return PartitionOfValue(key[value]);
            }
        }

        return 0;
    }

    /// <inheritdoc cref="PartitionOfValue(ReadOnlySpan{byte})"/>
    public int PartitionOfValue(string value) =>
        PartitionOfValue(System.Text.Encoding.UTF8.GetBytes(value));

    /// <summary>The partition of the keys whose deciding placeholder has a value.</summary>
    public int PartitionOfValue(ReadOnlySpan<byte> value)
    {
        // FNV-1a, then a finaliser, since the modulus keeps only the low bits.
        var hash = 14695981039346656037UL;
        foreach (var b in value)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCDUL;
        hash ^= hash >> 33;
        return (int)(hash % (ulong)Count);
    }

    /// <summary>The grants of an app that decide partitions, each different rule once.</summary>
    public static ImmutableArray<KeyPatternGrant> RulesOf(AppManifest manifest) =>
        [
            .. manifest
                .Functions.SelectMany(function => function.Kvs)
                .Where(grant => grant.PartitionPlaceholder is not null)
                .DistinctBy(grant => (grant.Pattern, grant.PartitionPlaceholder)),
        ];
}
