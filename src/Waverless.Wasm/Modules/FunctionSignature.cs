using System.Collections.Immutable;

namespace Waverless.Wasm.Modules;

/// <summary>The parameters and results of a function.</summary>
internal sealed record FunctionSignature(
    ImmutableArray<WasmValueKind> Parameters,
    ImmutableArray<WasmValueKind> Results
)
{
    /// <summary>Reads <c>ii:i</c>: i is i32, I is i64; parameters, a colon, results.</summary>
    internal static FunctionSignature Parse(string text)
    {
        var parts = text.Split(':');
        return new FunctionSignature([.. parts[0].Select(Kind)], [.. parts[1].Select(Kind)]);
    }

    public bool Equals(FunctionSignature? other) =>
        other is not null
        && Parameters.AsSpan().SequenceEqual(other.Parameters.AsSpan())
        && Results.AsSpan().SequenceEqual(other.Results.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Parameters.Length, Results.Length);

    /// <summary>As the text format writes it: <c>(i32, i32) -> i32</c>.</summary>
    public override string ToString() =>
        Results.Length switch
        {
            0 => List(Parameters),
            1 => $"{List(Parameters)} -> {Name(Results[0])}",
            _ => $"{List(Parameters)} -> {List(Results)}",
        };

    private static string List(ImmutableArray<WasmValueKind> kinds) =>
        $"({string.Join(", ", kinds.Select(Name))})";

    private static string Name(WasmValueKind kind) =>
        kind switch
        {
            WasmValueKind.I32 => "i32",
            WasmValueKind.I64 => "i64",
            WasmValueKind.F32 => "f32",
            WasmValueKind.F64 => "f64",
            _ => "vector or reference",
        };

    private static WasmValueKind Kind(char letter) =>
        letter == 'i' ? WasmValueKind.I32 : WasmValueKind.I64;
}
