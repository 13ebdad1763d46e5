using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>Tells which of an app's partitions a key belongs to (SEMANTICS §2).</summary>
internal sealed class PartitionMap
{
    private readonly ImmutableArray<(KeyPattern Pattern, int Placeholder)> _spread;

    public PartitionMap(AppManifest manifest)
    {
        Count = manifest.Partitions;
        _spread = Count == 1 ? [] : [.. Spread(manifest).Distinct()];
    }

    public int Count { get; }

    /// <summary>The partition of a key: hashed from the placeholder that a pattern names, else 0.</summary>
    public int OfKey(ReadOnlySpan<byte> key)
    {
        foreach (var (pattern, placeholder) in _spread)
        {
            if (pattern.TryCapture(key, placeholder, out var range))
            {
                return OfValue(key[range]);
            }
        }

        return 0;
    }

    /// <summary>The partition that a placeholder's value, or a caller's partition key, leads to.</summary>
    public int OfValue(ReadOnlySpan<byte> value) =>
        Count == 1 ? 0 : (int)(StableHash.Of(value) % (ulong)Count);

    private static IEnumerable<(KeyPattern, int)> Spread(AppManifest manifest) =>
        from function in manifest.Functions
        from grant in function.Kvs
        where grant.Pattern.App is null && grant.PartitionPlaceholder is not null
        select (grant.Pattern, grant.PartitionPlaceholder!.Value);
}
