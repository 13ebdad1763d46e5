namespace Waverless.Scheduling;

/// <summary>One node that takes part in a draw.</summary>
/// <param name="Node">The node's id.</param>
/// <param name="Weight">
/// Its share relative to others; 0 or less, or not a finite number: it is never drawn.
/// </param>
/// <param name="Domain">
/// The failure domain (zone, rack) that it stands in; 0: one of its own.
/// </param>
internal readonly record struct Straw(uint Node, double Weight, uint Domain = 0);
