using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>On which nodes a function may run.</summary>
public sealed record FunctionAffinity
{
    /// <summary>Runs anywhere that has the worker role.</summary>
    public static FunctionAffinity Anywhere { get; } = new();

    /// <summary>Tags that a node must carry, all of them. Default: none.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>How many nodes at most (<c>nodes: 3</c>); null: no bound.</summary>
    public int? NodesMax { get; init; }

    /// <summary>The ids of the only nodes allowed (<c>nodes: 1,2,3</c>); empty: all.</summary>
    public ImmutableArray<int> NodeIds { get; init; } = [];
}
