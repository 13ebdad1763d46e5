using Waverless.Scheduling;

namespace Scheduling;

/// <summary>A request from outside with all that it sets off.</summary>
internal sealed class Flow(double beganMs)
{
    public double BeganMs => beganMs;

    /// <summary>Jobs that have not ended.</summary>
    public int Open { get; set; }

    public double EndedMs { get; set; }
}

/// <summary>One invocation.</summary>
internal sealed class Job
{
    public required Flow Flow { get; init; }

    public required FunctionShape Function { get; init; }

    public required string App { get; init; }

    public required int Copy { get; init; }

    public required int Partition { get; init; }

    /// <summary>The node of its partition; -1: it is stateless.</summary>
    public required int Home { get; init; }

    public required int Caller { get; init; }

    public required long Bytes { get; init; }

    public required double RunMs { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>The node that it was sent to.</summary>
    public int Node { get; set; }

    public double StartedMs { get; set; }

    /// <summary>How long it ran, on the node that it ran on.</summary>
    public double TookMs { get; set; }

    /// <summary>What its cold start took; 0: it found its app warm.</summary>
    public double ColdMs { get; set; }

    public bool IsLong => Function.MeanMs >= 50;

    public ulong ChildSeed(int index) => FrozenHash.Mix(Seed + (ulong)index + 1);
}
