using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>What an app declares about itself. Immutable.</summary>
public sealed record AppManifest
{
    /// <summary>Most partitions of one app.</summary>
    public const int PartitionsMax = 256;

    /// <summary>Most functions of one app.</summary>
    public const int FunctionsMax = 1_024;

    /// <summary>The app's name.</summary>
    public required string Name { get; init; }

    /// <summary>The functions, in the order of the manifest; names are unique.</summary>
    public required ImmutableArray<FunctionManifest> Functions { get; init; }

    /// <summary>The function that <c>/{app}</c> calls; null: none.</summary>
    public string? DefaultFunction { get; init; }

    /// <summary>Keys that other apps may use.</summary>
    public ImmutableArray<AppShare> Shares { get; init; } = [];

    /// <summary>
    /// The defaults of the functions' limits; concurrency and queue bound the whole app as well.
    /// </summary>
    public FunctionLimits Limits { get; init; } = FunctionLimits.Default;

    /// <summary>Over how many partitions the app is spread, 1 to 256. Default 1.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>How much it may keep; null: what the node allows.</summary>
    public AppQuota? Quota { get; init; }

    /// <summary>
    /// The scheduler that places its functions in a cluster, by name; null: the cluster's own.
    /// </summary>
    public string? Scheduler { get; init; }

    /// <summary>Finds a function by name; null: the app has none of that name.</summary>
    public FunctionManifest? Find(string function)
    {
        foreach (var candidate in Functions)
        {
            if (string.Equals(candidate.Name, function, StringComparison.Ordinal))
            {
                return candidate;
            }
        }

        return null;
    }
}
