using System.Collections.Frozen;
using System.Collections.Immutable;
using Waverless.Wasm.Original;
using Waverless.Wasm.Wasi;

namespace Waverless.Wasm.Host;

/// <summary>Every function that guests may import. Built once, immutable.</summary>
internal static class HostFunctions
{
    private static readonly FrozenDictionary<(string, string), int> Indexes;

    static HostFunctions()
    {
        All = [.. OriginalFunctions.All, .. WasiFunctions.All];
        Indexes = All.Select((function, index) => (function, index))
            .ToFrozenDictionary(
                pair => (pair.function.Module, pair.function.Name),
                pair => pair.index
            );
    }

    /// <summary>The functions; their index is what the native side passes back.</summary>
    internal static ImmutableArray<HostFunction> All { get; }

    /// <summary>What there is, for a person whose import is not among it.</summary>
    internal static string Provided { get; } =
        string.Join(", ", OriginalFunctions.All.Select(f => $"{f.Module}.{f.Name}"))
        + $" and the functions of {WasiFunctions.Module}";

    /// <summary>Index of a function; null: nobody provides it.</summary>
    internal static int? Find(string module, string name) =>
        Indexes.TryGetValue((module, name), out var index) ? index : null;
}
