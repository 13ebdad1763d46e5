namespace Waverless.Events;

/// <summary>Groups of events.</summary>
internal static class EventKindExtensions
{
    /// <summary>Whether a change of a key set it off.</summary>
    public static bool IsOfKey(this EventKind kind) =>
        kind is EventKind.KeySet or EventKind.KeyDelete or EventKind.KeyExpired;
}
