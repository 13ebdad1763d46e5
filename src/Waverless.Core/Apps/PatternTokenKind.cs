namespace Waverless.Apps;

internal enum PatternTokenKind
{
    /// <summary>Bytes that stand for themselves.</summary>
    Literal,

    /// <summary><c>{}</c>.</summary>
    Segment,

    /// <summary><c>{*}</c>, always last.</summary>
    Rest,
}
