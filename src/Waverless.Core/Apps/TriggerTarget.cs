using System.Collections.Immutable;
using Waverless.Scheduling;
using Waverless.Scheduling.Characters;

namespace Waverless.Apps;

/// <summary>A function that a change of certain keys starts.</summary>
/// <param name="Function">The function.</param>
/// <param name="Trigger">Which change of which keys.</param>
internal sealed record TriggerTarget(FunctionAddress Function, KeyTrigger Trigger)
{
    /// <summary>The function, hashed for what is learned of it.</summary>
    public ulong Hash { get; } = CharacterTable.HashOf(Function);

    /// <summary>Its app, hashed.</summary>
    public ulong AppHash { get; } = FrozenHash.Of(Function.App);

    /// <summary>Whether its events carry the value (<c>value: at_event</c>).</summary>
    public bool ValueAtEvent { get; init; }

    /// <summary>
    /// For a function of another app: what the keys' app shares with it. Default: no bound.
    /// </summary>
    public ImmutableArray<AppShare> Shares { get; init; }

    /// <summary>
    /// Triggers of the same function that go before this one where both match: one change of a
    /// key starts a function once.
    /// </summary>
    public ImmutableArray<TriggerTarget> Rivals { get; init; } = [];

    /// <summary>Whether a change of this key starts the function by this trigger.</summary>
    public bool Matches(ReadOnlySpan<byte> key)
    {
        if (!Means(key))
        {
            return false;
        }

        foreach (var rival in Rivals)
        {
            if (rival.Means(key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether this trigger fires at every change at which the other does, for the same keys.
    /// </summary>
    public bool Covers(TriggerTarget other) =>
        Trigger.Kind == other.Trigger.Kind
        || (Trigger.Kind, other.Trigger.Kind) == (KeyTriggerKind.Set, KeyTriggerKind.New);

    private bool Means(ReadOnlySpan<byte> key) =>
        Trigger.Pattern.Matches(key) && (Shares.IsDefault || IsShared(key));

    private bool IsShared(ReadOnlySpan<byte> key)
    {
        foreach (var share in Shares)
        {
            if ((share.Operations & KeyOperations.Get) != 0 && share.Pattern.Matches(key))
            {
                return true;
            }
        }

        return false;
    }
}
