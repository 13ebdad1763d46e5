namespace Waverless.Simulation.Clusters;

/// <summary>What happens to a cluster, decided by a seed before anything runs.</summary>
internal sealed class FaultPlan
{
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    private readonly List<PlannedFault> _faults = [];

    public FaultPlan(int seed)
    {
        var random = new Random(seed * 31 + 7);

        // Mostly small clusters, in which every fault hits hard; now and then a large one.
        Nodes = random.Next(20) == 0 ? random.Next(8, 15) : random.Next(3, 8);
        Lasts = 20;
        var count = random.Next(1, 7);
        for (var i = 0; i < count; i++)
        {
            _faults.Add(Next(random));
        }

        _faults.Sort(static (one, other) => one.Begin.CompareTo(other.Begin));
    }

    public int Nodes { get; }

    /// <summary>Seconds after which the last fault is over.</summary>
    public double Lasts { get; }

    public IReadOnlyList<PlannedFault> Faults => _faults;

    /// <summary>Whether everybody can always be heard by way of somebody.</summary>
    public bool IsMild =>
        _faults.All(fault =>
            fault.Kind switch
            {
                FaultKind.OneWay => true,
                FaultKind.Loss => fault.Size <= 0.1,
                FaultKind.Slow => fault.Size <= 0.1,
                FaultKind.Storm => true,
                _ => false,
            }
        )
        && _faults.Count(fault => fault.Kind == FaultKind.OneWay) <= 1;

    public override string ToString() =>
        $"{Nodes} nodes:\n" + string.Join("\n", _faults.Select(fault => "  " + fault));

    private PlannedFault Next(Random random)
    {
        var begin = random.NextDouble() * (Lasts - 2);
        var lasts = random.Next(3) == 0 ? random.NextDouble() : random.NextDouble() * 10;
        var kind = Kinds[random.Next(Kinds.Length)];
        var nodes = Enumerable.Range(1, Nodes).Select(id => (uint)id).ToArray();
        random.Shuffle(nodes);
        var (count, size) = kind switch
        {
            FaultKind.Partition => (random.Next(1, Nodes), 0),
            FaultKind.OneWay => (2, 0),
            FaultKind.Loss => (0, random.NextDouble() * 0.4),
            FaultKind.Storm => (0, random.NextDouble() * 0.3),
            FaultKind.Slow => (1, random.NextDouble() * 0.6),
            _ => (1, 0.0),
        };
        return new PlannedFault(
            begin,
            Math.Min(Lasts, begin + 0.05 + lasts),
            kind,
            nodes[..count],
            size
        );
    }
}
