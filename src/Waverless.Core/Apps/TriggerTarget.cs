using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>A function that a change of certain keys starts.</summary>
/// <param name="Function">The function.</param>
/// <param name="Trigger">Which change of which keys.</param>
internal sealed record TriggerTarget(FunctionAddress Function, KeyTrigger Trigger)
{
    /// <summary>
    /// For a function of another app: what the keys' app shares with it. Default: no bound.
    /// </summary>
    public ImmutableArray<AppShare> Shares { get; init; }

    /// <summary>Whether a change of this key is meant.</summary>
    public bool Matches(ReadOnlySpan<byte> key) =>
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
