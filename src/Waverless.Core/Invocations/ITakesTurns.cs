namespace Waverless.Invocations;

/// <summary>
/// A host whose guests share the processors: a runtime that can stop a guest in the middle of its
/// code asks now and then.
/// </summary>
internal interface ITakesTurns
{
    /// <summary>Returns when the guest may go on, at once if nobody else wants to compute.</summary>
    void TakeTurns();
}
