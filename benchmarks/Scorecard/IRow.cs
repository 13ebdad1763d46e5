namespace Scorecard;

/// <summary>A row of the scorecard: measures itself and its baseline in the same run.</summary>
internal interface IRow
{
    /// <summary>Short name, for <c>--only</c>.</summary>
    string Name { get; }

    Task<IReadOnlyList<Line>> MeasureAsync();
}
