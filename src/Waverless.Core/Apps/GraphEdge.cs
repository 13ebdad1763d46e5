namespace Waverless.Apps;

/// <summary>One function can set off another through a key.</summary>
/// <param name="From">The function that changes the key.</param>
/// <param name="Change">The pattern by which it may.</param>
/// <param name="To">The function that is started.</param>
/// <param name="Trigger">The pattern that starts it.</param>
/// <param name="Kind">Which change does.</param>
public sealed record GraphEdge(
    FunctionAddress From,
    KeyPattern Change,
    FunctionAddress To,
    KeyPattern Trigger,
    KeyTriggerKind Kind
);
