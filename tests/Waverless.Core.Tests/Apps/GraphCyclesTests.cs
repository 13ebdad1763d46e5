using System.Collections.Immutable;
using CsCheck;

namespace Waverless.Apps;

public sealed class GraphCyclesTests
{
    [Fact]
    public void Cycles_are_what_can_reach_itself_in_any_graph()
    {
        const int Size = 7;
        var functions = Enumerable
            .Range(0, Size)
            .Select(i => new FunctionAddress("app", $"f{i}"))
            .ToImmutableArray();
        Gen.Select(Gen.Int[0, Size - 1], Gen.Int[0, Size - 1])
            .Array[0, 14]
            .Sample(
                pairs =>
                {
                    var edges = pairs.Distinct().Select(pair => Edge(functions, pair));
                    var cycles = GraphCycles.Find(functions, edges);
                    var reach = Reach(Size, pairs);
                    for (var a = 0; a < Size; a++)
                    {
                        for (var b = 0; b < Size; b++)
                        {
                            var together = cycles.Any(cycle =>
                                cycle.Contains(functions[a]) && cycle.Contains(functions[b])
                            );
                            Assert.Equal(reach[a, b] && reach[b, a], together);
                        }
                    }

                    var members = cycles.SelectMany(cycle => cycle).ToList();
                    Assert.Equal(members.Distinct().Count(), members.Count);
                },
                iter: 3_000
            );
    }

    private static (FunctionAddress, FunctionAddress) Edge(
        ImmutableArray<FunctionAddress> functions,
        (int From, int To) pair
    ) => (functions[pair.From], functions[pair.To]);

    /// <summary>Which can be reached by one step or more (Warshall).</summary>
    private static bool[,] Reach(int size, (int From, int To)[] pairs)
    {
        var reach = new bool[size, size];
        foreach (var (from, to) in pairs)
        {
            reach[from, to] = true;
        }

        for (var via = 0; via < size; via++)
        {
            for (var from = 0; from < size; from++)
            {
                for (var to = 0; to < size; to++)
                {
                    reach[from, to] |= reach[from, via] && reach[via, to];
                }
            }
        }

        return reach;
    }
}
