using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Scheduling.Warming;

namespace Waverless.Apps;

/// <summary>
/// One loaded version of an app in the catalog. Invocations enter and leave it; when it was
/// replaced and the last one has left, its artifact is unloaded.
/// </summary>
internal sealed class DeployedApp
{
    private readonly TaskCompletionSource _empty = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    // One reference belongs to the catalog; it goes when the version is replaced.
    private int _references = 1;

    public DeployedApp(
        AppVersion version,
        ILoadedApp loaded,
        Func<string, AppManifest?> findManifest,
        TimeProvider time
    )
    {
        Version = version;
        FindManifest = findManifest;
        Loaded = loaded;
        Time = time;
        var limits = Manifest.Limits;
        Gate = new Gate(limits.Concurrency, limits.Queue, time);
        Functions = new(Manifest.Functions.Length, StringComparer.Ordinal);
        foreach (var function in Manifest.Functions)
        {
            Functions.Add(function.Name, Deploy(function, Functions.Count));
        }

        Partitions = new KeyPartitioner(Manifest);
        QuotaPerPartition = Manifest.Quota?.Share(Manifest.Partitions);
    }

    public AppVersion Version { get; }

    public AppManifest Manifest => Version.Package.Manifest;

    public ILoadedApp Loaded { get; }

    public TimeProvider Time { get; }

    /// <summary>The manifests of other deployed apps, for what they share.</summary>
    public Func<string, AppManifest?> FindManifest { get; }

    /// <summary>Admission of all functions that do not declare limits of their own.</summary>
    public Gate Gate { get; }

    /// <summary>By name; never changed once the version is made.</summary>
    public Dictionary<string, DeployedFunction> Functions { get; }

    public KeyPartitioner Partitions { get; }

    /// <summary>What each partition may keep; null: the manifest does not say.</summary>
    public AppQuota? QuotaPerPartition { get; }

    /// <summary>What of it is warm on this node.</summary>
    public AppWarmth Warmth { get; } = new();

    /// <summary>Invocations that run or wait for their turn.</summary>
    public int Active => Math.Max(0, Volatile.Read(ref _references) - 1);

    /// <summary>Completes when the version was retired and nothing runs in it any more.</summary>
    public Task Empty => _empty.Task;

    /// <summary>Keeps the version loaded until <see cref="Leave"/>; false: it is gone.</summary>
    public bool TryEnter()
    {
        // Counts only from one that is held: of two callers that came too late at once, the second
        // must not take the first one's reference for the catalog's.
        var references = Volatile.Read(ref _references);
        while (references > 0)
        {
            var before = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (before == references)
            {
                return true;
            }

            references = before;
        }

        return false;
    }

    /// <summary>
    /// Enters without asking, for a call by a function that runs while the node stops: no version
    /// is unloaded before the last function has ended.
    /// </summary>
    public void EnterNested() => Interlocked.Increment(ref _references);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _empty.TrySetResult();
        }
    }

    private DeployedFunction Deploy(FunctionManifest function, int index)
    {
        var (own, common) = (function.Limits, Manifest.Limits);
        var shares = own.Concurrency == common.Concurrency && own.Queue == common.Queue;
        var gate = shares ? Gate : new Gate(own.Concurrency, own.Queue, Time);
        return new DeployedFunction(this, function, index, gate);
    }
}
