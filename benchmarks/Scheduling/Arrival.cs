namespace Scheduling;

/// <summary>A request from outside.</summary>
internal readonly record struct Arrival(
    double AtMs,
    FunctionShape Function,
    int Copy,
    int Partition,
    int Caller,
    long Bytes,
    ulong Seed
)
{
    /// <summary>All requests of a workload, in order of time: the same for each scheduler.</summary>
    public static List<Arrival> Of(Workload workload, int nodes)
    {
        var arrivals = new List<Arrival>();
        for (var i = 0; i < workload.Arrivals.Length; i++)
        {
            AddTo(arrivals, workload, workload.Arrivals[i], nodes, (ulong)i);
        }

        arrivals.Sort((a, b) => a.AtMs.CompareTo(b.AtMs));
        return arrivals;
    }

    private static void AddTo(
        List<Arrival> arrivals,
        Workload workload,
        ArrivalShape shape,
        int nodes,
        ulong stream
    )
    {
        var draws = new Draws((workload.Seed << 8) + stream);
        var function = workload.Functions.Single(f => f.Name == shape.Function);
        var copies = Draws.Zipf(function.Copies, function.Zipf);
        var partitions = Draws.Zipf(Math.Max(1, function.Partitions), function.PartitionZipf);
        var isOn = true;
        var endOfPhase = shape.On is null
            ? double.PositiveInfinity
            : draws.Exponential(shape.On.Seconds * 1000);
        var now = 0.0;
        while (true)
        {
            var rate = shape.On is null
                ? shape.PerSecond
                : (isOn ? shape.On : shape.Off!).PerSecond;
            var next = now + draws.Exponential(1000 / rate);
            if (next > endOfPhase)
            {
                // Exponential times have no memory: the rest is drawn anew at the new rate.
                now = endOfPhase;
                isOn = !isOn;
                endOfPhase = now + draws.Exponential((isOn ? shape.On : shape.Off)!.Seconds * 1000);
                continue;
            }

            now = next;
            if (now > workload.Seconds * 1000)
            {
                return;
            }

            var copy = draws.Index(copies);
            var partition = draws.Index(partitions);
            var seed = ((ulong)arrivals.Count << 16) + stream;
            arrivals.Add(
                new(now, function, copy, partition, draws.Below(nodes), shape.Bytes, seed)
            );
        }
    }
}
