namespace Scorecard;

/// <summary>What a bar limits.</summary>
internal enum BarKind
{
    /// <summary>Measured over baseline, from above.</summary>
    RatioAtMost,

    /// <summary>Measured over baseline, from below.</summary>
    RatioAtLeast,

    /// <summary>The measured value itself, from above.</summary>
    AtMost,

    /// <summary>The measured value itself, from below.</summary>
    AtLeast,

    /// <summary>Nothing: the line is there to be known.</summary>
    None,
}
