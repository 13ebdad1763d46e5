namespace Waverless.Invocations;

/// <summary>A host call that was refused: what was asked for, and what was expected.</summary>
/// <param name="status">
/// What the invocation ends with, unless the function handles the refusal.
/// </param>
/// <param name="message">Names the thing and what was expected.</param>
public sealed class InvocationRefusedException(InvocationStatus status, string message)
    : Exception(message)
{
    /// <summary>What the invocation ends with, unless the function handles the refusal.</summary>
    public InvocationStatus Status { get; } = status;
}
