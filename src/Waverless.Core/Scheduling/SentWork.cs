using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// What one scheduler has lately sent to each node and what is likely still there, as a leaky
/// bucket: each node works off this scheduler's share at the rate that is asked for. It is known
/// at once where reports are old. Thread-safe without locks, of fixed size: nodes whose ids agree
/// in the low bits share a bucket.
/// </summary>
internal sealed class SentWork
{
    /// <summary>Nodes that are told apart.</summary>
    public const int NodesMax = 1024;

    // The time in ticks of 1/64 ms above, the milliseconds of work as a float below: they change
    // together. The time runs over after two years.
    private const double TicksPerMs = 64;
    private readonly ulong[] _buckets = new ulong[NodesMax];

    /// <summary>The work in milliseconds of one slot that is left at a time.</summary>
    /// <param name="node">The node.</param>
    /// <param name="nowMs">The time, in milliseconds since any moment.</param>
    /// <param name="drained">Milliseconds of work that leave in each millisecond.</param>
    public float Read(NodeId node, double nowMs, float drained) =>
        Left(Volatile.Read(ref _buckets[node.Value % NodesMax]), Ticks(nowMs), drained);

    /// <summary>More work goes there.</summary>
    public void Add(NodeId node, double nowMs, float drained, float ms)
    {
        ref var place = ref _buckets[node.Value % NodesMax];
        var now = Ticks(nowMs);
        while (true)
        {
            var before = Volatile.Read(ref place);
            var work = Left(before, now, drained) + ms;
            var after = ((ulong)now << 32) | BitConverter.SingleToUInt32Bits(work);
            if (Interlocked.CompareExchange(ref place, after, before) == before)
            {
                return;
            }
        }
    }

    private static uint Ticks(double ms) => (uint)(ulong)(ms * TicksPerMs);

    private static float Left(ulong bucket, uint now, float drained)
    {
        // Signed, so that a thread that comes a little late takes nothing away.
        var passed = Math.Max(0, (int)(now - (uint)(bucket >> 32)));
        var work = BitConverter.UInt32BitsToSingle((uint)bucket);
        return Math.Max(0, work - (passed * drained / (float)TicksPerMs));
    }
}
