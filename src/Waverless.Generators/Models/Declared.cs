namespace Waverless.Generators.Models;

/// <summary>Where a function is declared.</summary>
internal sealed record Declared(string Address, SourcePlace? Place);
