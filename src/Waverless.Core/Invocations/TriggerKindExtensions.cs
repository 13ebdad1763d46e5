namespace Waverless.Invocations;

/// <summary>Groups of triggers.</summary>
internal static class TriggerKindExtensions
{
    /// <summary>Whether a change of a key started it.</summary>
    public static bool IsOfKey(this TriggerKind kind) =>
        kind is TriggerKind.KeySet or TriggerKind.KeyDelete or TriggerKind.KeyExpired;
}
