namespace Scorecard;

/// <summary>A row of the scorecard: measures itself and its baseline in the same run.</summary>
internal interface IRow
{
    /// <summary>Short name, for <c>--only</c>.</summary>
    string Name { get; }

    /// <summary>Whether it takes minutes, and so has to be asked for.</summary>
    bool IsLong => false;

    Task<IReadOnlyList<Line>> MeasureAsync();
}
