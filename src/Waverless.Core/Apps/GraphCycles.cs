using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>
/// Finds the strongly connected parts of a graph (Tarjan), with a stack of its own: a chain of
/// thousands of functions must not exhaust the thread's.
/// </summary>
internal sealed class GraphCycles
{
    private readonly ImmutableArray<FunctionAddress> functions;
    private readonly List<int>[] next;
    private readonly int[] order;
    private readonly int[] low;
    private readonly bool[] open;
    private readonly Stack<int> path = new();
    private readonly List<ImmutableArray<FunctionAddress>> found = [];
    private int counter;

    private GraphCycles(ImmutableArray<FunctionAddress> functions, ImmutableArray<GraphEdge> edges)
    {
        this.functions = functions;
        order = new int[functions.Length];
        low = new int[functions.Length];
        open = new bool[functions.Length];
        next = [.. functions.Select(_ => new List<int>())];
        var index = functions
            .Select((function, at) => (function, at))
            .ToDictionary(pair => pair.function, pair => pair.at);
        foreach (var edge in edges)
        {
            next[index[edge.From]].Add(index[edge.To]);
        }
    }

    public static ImmutableArray<ImmutableArray<FunctionAddress>> Find(
        ImmutableArray<FunctionAddress> functions,
        ImmutableArray<GraphEdge> edges
    )
    {
        var search = new GraphCycles(functions, edges);
        for (var start = 0; start < functions.Length; start++)
        {
            if (search.order[start] == 0)
            {
                search.Visit(start);
            }
        }

        return [.. search.found.OrderBy(cycle => cycle[0].ToString(), StringComparer.Ordinal)];
    }

    private void Visit(int start)
    {
        var calls = new Stack<(int Node, int Edge)>();
        Enter(start);
        calls.Push((start, 0));
        while (calls.TryPop(out var call))
        {
            var (node, edge) = call;
            if (edge == next[node].Count)
            {
                Leave(node);
                if (calls.TryPeek(out var caller))
                {
                    low[caller.Node] = Math.Min(low[caller.Node], low[node]);
                }

                continue;
            }

            calls.Push((node, edge + 1));
            var target = next[node][edge];
            if (order[target] == 0)
            {
                Enter(target);
                calls.Push((target, 0));
            }
            else if (open[target])
            {
                low[node] = Math.Min(low[node], order[target]);
            }
        }
    }

    private void Enter(int node)
    {
        order[node] = low[node] = ++counter;
        open[node] = true;
        path.Push(node);
    }

    private void Leave(int node)
    {
        if (low[node] != order[node])
        {
            return;
        }

        var part = new List<int>();
        int member;
        do
        {
            member = path.Pop();
            open[member] = false;
            part.Add(member);
        } while (member != node);

        if (part.Count > 1 || next[node].Contains(node))
        {
            // Functions are sorted, so their indices are too.
            found.Add([.. part.Order().Select(at => functions[at])]);
        }
    }
}
