using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// What one scheduler has sent to each node since the node's last report: without it, everything
/// goes to the node that was idle a moment ago until it reports again. Thread-safe without locks;
/// of fixed size: nodes whose ids agree in the low bits share an entry, whose count is then that
/// of whoever reported last.
/// </summary>
internal sealed class SentWork
{
    /// <summary>Nodes that are told apart.</summary>
    public const int NodesMax = 1024;

    private const int CountBits = 16;
    private const int WorkBits = 32;
    private const ulong CountMax = (1UL << CountBits) - 1;
    private const ulong WorkMax = (1UL << WorkBits) - 1;

    // The report, the count and the microseconds in one number, so that they change together.
    private readonly ulong[] _entries = new ulong[NodesMax];

    /// <summary>How many invocations and milliseconds of work were sent since that report.</summary>
    public (int Count, float Ms) Read(in NodeView node)
    {
        var entry = Volatile.Read(ref _entries[IndexOf(node)]);
        return Tag(entry) == TagOf(node)
            ? ((int)((entry >> WorkBits) & CountMax), (entry & WorkMax) * 0.001f)
            : (0, 0);
    }

    /// <summary>Another invocation goes there.</summary>
    public void Add(in NodeView node, float ms)
    {
        ref var place = ref _entries[IndexOf(node)];
        var added = (ulong)Math.Clamp(ms * 1_000f, 0f, WorkMax / 2);
        while (true)
        {
            var before = Volatile.Read(ref place);
            var (count, work) =
                Tag(before) == TagOf(node)
                    ? ((before >> WorkBits) & CountMax, before & WorkMax)
                    : (0, 0);
            count = Math.Min(count + 1, CountMax);
            work = Math.Min(work + added, WorkMax);
            var after = ((ulong)TagOf(node) << (CountBits + WorkBits)) | (count << WorkBits) | work;
            if (Interlocked.CompareExchange(ref place, after, before) == before)
            {
                return;
            }
        }
    }

    private static int IndexOf(in NodeView node) => (int)(node.Id.Value % NodesMax);

    private static ushort Tag(ulong entry) => (ushort)(entry >> (CountBits + WorkBits));

    private static ushort TagOf(in NodeView node) => (ushort)node.Report;
}
