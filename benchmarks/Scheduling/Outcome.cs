namespace Scheduling;

/// <summary>What a simulation measured.</summary>
internal sealed record Outcome(
    double P50Ms,
    double P99Ms,
    double MeanMs,
    int ColdStarts,
    double BytesMoved,
    int Unfinished
)
{
    public static Outcome Of(List<Flow> flows, SimulatedNode[] nodes, double endMs)
    {
        // What has not ended took at least until now.
        var times = flows
            .Select(flow => (flow.Open == 0 ? flow.EndedMs : endMs) - flow.BeganMs)
            .Order()
            .ToArray();
        return new Outcome(
            times[times.Length / 2],
            times[(int)(times.Length * 0.99)],
            times.Average(),
            nodes.Sum(node => node.ColdStarts),
            nodes.Sum(node => node.BytesSent),
            flows.Count(flow => flow.Open > 0)
        );
    }
}
