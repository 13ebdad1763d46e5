namespace Waverless.Kv;

/// <summary>
/// A share of one app's keys and events: the unit of atomicity, order and placement
/// (SEMANTICS §2). By default an app has the single partition 0.
/// </summary>
/// <param name="App">Name of the app that owns the partition.</param>
/// <param name="Number">0 to 255.</param>
public readonly record struct PartitionId(string App, int Number)
{
    /// <summary>The most partitions that one app can be spread over.</summary>
    public const int CountMax = 256;

    /// <summary>Returns <c>app#number</c>, the form used in errors and logs.</summary>
    public override string ToString() => $"{App}#{Number}";
}
