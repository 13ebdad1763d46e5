namespace Waverless.Generators.Models;

/// <summary>What was read of a class.</summary>
/// <param name="Set">Null: it cannot hold functions.</param>
/// <param name="Declared">The addresses of its functions.</param>
/// <param name="Findings">What is wrong with it.</param>
internal sealed record ReadClass(
    FunctionSet? Set,
    EquatableArray<Declared> Declared,
    EquatableArray<Finding> Findings
);
