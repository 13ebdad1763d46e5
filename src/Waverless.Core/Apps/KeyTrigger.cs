namespace Waverless.Apps;

/// <summary>A key event that starts a function.</summary>
/// <param name="Kind">Which change.</param>
/// <param name="Pattern">Of which keys.</param>
public sealed record KeyTrigger(KeyTriggerKind Kind, KeyPattern Pattern)
{
    /// <summary>
    /// A function of the same app that is asked first, and can decline the event; null: none.
    /// </summary>
    public string? Condition { get; init; }

    /// <summary>The manifest line of the declaration, from 1; 0 when declared in code.</summary>
    public int Line { get; init; }
}
