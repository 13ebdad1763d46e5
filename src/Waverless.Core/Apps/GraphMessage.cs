namespace Waverless.Apps;

/// <summary>One function sends messages to another.</summary>
/// <param name="From">The function that sends.</param>
/// <param name="To">The function that they start; it need not be deployed yet.</param>
public sealed record GraphMessage(FunctionAddress From, FunctionAddress To);
