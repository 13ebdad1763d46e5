using System.Collections.Immutable;
using System.Text;

namespace Waverless.Apps;

/// <summary>One grant of a function, with what another app shares of the keys.</summary>
internal sealed class Capability(KeyPatternGrant grant, ImmutableArray<AppShare> shares)
{
    private readonly byte[] _app = Encoding.ASCII.GetBytes(grant.Pattern.App ?? "");

    public KeyPatternGrant Grant { get; } = grant;

    /// <summary>What could be allowed with some key of the pattern.</summary>
    public KeyOperations AllowedForSome { get; } =
        grant.Pattern.App is null
            ? grant.Operations
            : shares.Aggregate(KeyOperations.None, (all, share) => all | share.Operations)
                & grant.Operations;

    /// <summary>Whether the grant speaks of that app's keys; empty: its own.</summary>
    public bool IsOf(ReadOnlySpan<byte> other) => other.SequenceEqual(_app);

    /// <summary>What is allowed with a key of the app that this grant speaks of.</summary>
    public KeyOperations AllowedFor(ReadOnlySpan<byte> key)
    {
        if (!Grant.Pattern.Matches(key))
        {
            return KeyOperations.None;
        }

        return _app.Length == 0 ? Grant.Operations : Grant.Operations & SharedFor(key);
    }

    private KeyOperations SharedFor(ReadOnlySpan<byte> key)
    {
        var shared = KeyOperations.None;
        foreach (var share in shares)
        {
            if (share.Pattern.Matches(key))
            {
                shared |= share.Operations;
            }
        }

        return shared;
    }
}
