using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>
/// Finds the strongly connected parts of a graph (Tarjan), with a stack of its own: a chain of
/// thousands of functions must not exhaust the thread's.
/// </summary>
internal sealed class GraphCycles
{
    private readonly ImmutableArray<FunctionAddress> _functions;
    private readonly List<int>[] _next;
    private readonly int[] _order;
    private readonly int[] _low;
    private readonly bool[] _open;
    private readonly Stack<int> _path = new();
    private readonly List<ImmutableArray<FunctionAddress>> _found = [];
    private int _counter;

    private GraphCycles(
        ImmutableArray<FunctionAddress> functions,
        IEnumerable<(FunctionAddress From, FunctionAddress To)> edges
    )
    {
        _functions = functions;
        _order = new int[_functions.Length];
        _low = new int[_functions.Length];
        _open = new bool[_functions.Length];
        _next = [.. _functions.Select(_ => new List<int>())];
        var index = _functions
            .Select((function, at) => (function, at))
            .ToDictionary(pair => pair.function, pair => pair.at);
        foreach (var (from, to) in edges)
        {
            // A message may go to a function that is not deployed.
            if (index.TryGetValue(to, out var target))
            {
                _next[index[from]].Add(target);
            }
        }
    }

    public static ImmutableArray<ImmutableArray<FunctionAddress>> Find(
        ImmutableArray<FunctionAddress> functions,
        IEnumerable<(FunctionAddress From, FunctionAddress To)> edges
    )
    {
        var search = new GraphCycles(functions, edges);
        for (var start = 0; start < functions.Length; start++)
        {
            if (search._order[start] == 0)
            {
                search.Visit(start);
            }
        }

        return [.. search._found.OrderBy(cycle => cycle[0].ToString(), StringComparer.Ordinal)];
    }

    private void Visit(int start)
    {
        var calls = new Stack<(int Node, int Edge)>();
        Enter(start);
        calls.Push((start, 0));
        while (calls.TryPop(out var call))
        {
            var (node, edge) = call;
            if (edge == _next[node].Count)
            {
                Leave(node);
                if (calls.TryPeek(out var caller))
                {
                    _low[caller.Node] = Math.Min(_low[caller.Node], _low[node]);
                }

                continue;
            }

            calls.Push((node, edge + 1));
            var target = _next[node][edge];
            if (_order[target] == 0)
            {
                Enter(target);
                calls.Push((target, 0));
            }
            else if (_open[target])
            {
                _low[node] = Math.Min(_low[node], _order[target]);
            }
        }
    }

    private void Enter(int node)
    {
        _order[node] = _low[node] = ++_counter;
        _open[node] = true;
        _path.Push(node);
    }

    private void Leave(int node)
    {
        if (_low[node] != _order[node])
        {
            return;
        }

        var part = new List<int>();
        int member;
        do
        {
            member = _path.Pop();
            _open[member] = false;
            part.Add(member);
        } while (member != node);

        if (part.Count > 1 || _next[node].Contains(node))
        {
            // Functions are sorted, so their indices are too.
            _found.Add([.. part.Order().Select(at => _functions[at])]);
        }
    }
}
