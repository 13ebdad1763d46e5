namespace Waverless.Scheduling.Warming;

/// <summary>
/// How many instances of an app are warm on this node, as far as that follows from what ran at
/// once and what was made ahead. Reading is for any thread; races lose a count at worst.
/// </summary>
internal sealed class AppWarmth
{
    private int _instances;
    private int _used;
    private long _aheadAt;

    /// <summary>Instances that an invocation would find warm.</summary>
    public int Instances => Volatile.Read(ref _instances);

    /// <summary>Whether it is being made warm.</summary>
    public bool IsWarming { get; set; }

    /// <summary>An invocation begins, as one of so many.</summary>
    public WarmStart Began(int active)
    {
        active = Math.Min(active, WarmLimits.AppInstancesMax);
        if (active <= Volatile.Read(ref _used))
        {
            return WarmStart.Warm;
        }

        var isCold = active > Volatile.Read(ref _instances);
        Volatile.Write(ref _used, active);
        if (isCold)
        {
            Volatile.Write(ref _instances, active);
        }

        return isCold ? WarmStart.Cold : WarmStart.Ahead;
    }

    /// <summary>So many have been made warm.</summary>
    public void Made(int instances)
    {
        if (instances > Volatile.Read(ref _instances))
        {
            Volatile.Write(ref _instances, instances);
        }
    }

    /// <summary>No more than so many are kept.</summary>
    public void TrimTo(int instances)
    {
        if (instances < Volatile.Read(ref _instances))
        {
            Volatile.Write(ref _instances, instances);
            Volatile.Write(ref _used, Math.Min(_used, instances));
        }
    }

    /// <summary>Whether it is time to ask for it ahead again; of many callers one hears yes.</summary>
    public bool TryAskAhead(long now, long ticks)
    {
        var before = Volatile.Read(ref _aheadAt);
        return (before == 0 || now - before >= ticks)
            && Interlocked.CompareExchange(ref _aheadAt, Math.Max(now, 1), before) == before;
    }
}
