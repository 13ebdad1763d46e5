using Waverless.Cluster.Loads;

namespace Waverless.Hosting;

/// <summary>How much of its machine this process used since it was last asked.</summary>
internal sealed class ProcessUsage(TimeProvider time)
{
    private long _askedAt = time.GetTimestamp();
    private TimeSpan _cpu = Environment.CpuUsage.TotalTime;

    /// <summary>One caller at a time.</summary>
    public NodeUsage Read()
    {
        var (now, cpu) = (time.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var passed = time.GetElapsedTime(_askedAt, now) * Environment.ProcessorCount;
        var share = passed > TimeSpan.Zero ? (cpu - _cpu) / passed : 0;
        (_askedAt, _cpu) = (now, cpu);
        return new NodeUsage((float)Math.Clamp(share, 0, 1), MemoryShare());
    }

    /// <summary>Of what the container or the machine gives; as of the last collection.</summary>
    private static float MemoryShare()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return available > 0
            ? (float)Math.Clamp((double)Environment.WorkingSet / available, 0, 1)
            : 0;
    }
}
