using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>
/// Everything that one function may do with keys. Built when its app, or one that it reaches, is
/// deployed. Immutable; what is allowed is decided without allocating.
/// </summary>
internal sealed class CapabilitySet
{
    private readonly FunctionAddress _function;
    private readonly ImmutableArray<Capability> _capabilities;

    private CapabilitySet(FunctionAddress function, ImmutableArray<Capability> capabilities)
    {
        _function = function;
        _capabilities = capabilities;
    }

    /// <summary>Builds the set of a function.</summary>
    /// <param name="app">The function's app.</param>
    /// <param name="manifest">The function.</param>
    /// <param name="find">Finds another deployed app by name; null: there is none.</param>
    public static CapabilitySet Create(
        AppManifest app,
        FunctionManifest manifest,
        Func<string, AppManifest?> find
    ) =>
        new(
            new FunctionAddress(app.Name, manifest.Name),
            [
                .. manifest.Kvs.Select(grant => new Capability(
                    grant,
                    grant.Pattern.App is { } other ? SharingRules.Shares(find(other), app.Name) : []
                )),
            ]
        );

    /// <summary>Decides about one key.</summary>
    /// <param name="key">The key as the function wrote it.</param>
    /// <param name="operations">What it wants to do; all of it must be allowed.</param>
    /// <param name="triggeringKey">
    /// The key that started the invocation, written alike; it may always be read. Empty: none did.
    /// </param>
    public CapabilityCheck Check(
        ReadOnlySpan<byte> key,
        KeyOperations operations,
        ReadOnlySpan<byte> triggeringKey = default
    )
    {
        if (
            operations == KeyOperations.Get
            && !triggeringKey.IsEmpty
            && key.SequenceEqual(triggeringKey)
        )
        {
            return CapabilityCheck.Granted;
        }

        if (!QualifiedKey.TrySplit(key, out var app, out var rest))
        {
            return Deny(key, operations, "a key that begins with '@' as in '@other-app/key'");
        }

        var allowed = KeyOperations.None;
        foreach (var capability in _capabilities)
        {
            if (capability.IsOf(app))
            {
                allowed |= capability.AllowedFor(rest);
            }

            if ((operations & ~allowed) == 0)
            {
                return CapabilityCheck.Granted;
            }
        }

        return Deny(key, operations, Expected(key, operations));
    }

    /// <summary>
    /// Decides about a scan: it must stay within the literal prefix of a pattern that the function
    /// may read. Of the keys found, those that <see cref="Check"/> refuses are to be skipped.
    /// </summary>
    /// <param name="from">The first key, inclusive, as the function wrote it.</param>
    /// <param name="to">The end, exclusive; empty: no end.</param>
    public CapabilityCheck CheckScan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        if (QualifiedKey.TrySplit(from, out var app, out var rest) && InApp(app, ref to))
        {
            foreach (var capability in _capabilities)
            {
                if (
                    capability.IsOf(app)
                    && (capability.AllowedForSome & KeyOperations.Get) != 0
                    && KeyPrefix.Covers(capability.Grant.Pattern.LiteralPrefix, rest, to)
                )
                {
                    return CapabilityCheck.Granted;
                }
            }
        }

        return CapabilityCheck.Denied(
            $"{_function} may not scan from {KeyText.Show(from)} to {KeyText.Show(to)}; expected "
                + "a range within the literal beginning of a pattern declared with 'get': "
                + Declared(grant => grant.Operations.HasFlag(KeyOperations.Get))
        );
    }

    /// <summary>Whether the end of a scan lies in the same app; takes the app off it.</summary>
    private static bool InApp(ReadOnlySpan<byte> app, ref ReadOnlySpan<byte> to)
    {
        if (app.IsEmpty)
        {
            return true;
        }

        if (QualifiedKey.TrySplit(to, out var toApp, out var rest) && toApp.SequenceEqual(app))
        {
            to = rest;
            // An end at the beginning of the app's keys lies before any of them.
            return !rest.IsEmpty;
        }

        // '0' follows '/': the smallest text above everything that begins with '@app/'.
        var whole =
            to.Length == app.Length + 2 && to[1..^1].SequenceEqual(app) && to[^1] == (byte)'0';
        to = default;
        return whole;
    }

    private CapabilityCheck Deny(
        ReadOnlySpan<byte> key,
        KeyOperations operations,
        string expected
    ) =>
        CapabilityCheck.Denied(
            $"{_function} may not {Words(operations)} the key {KeyText.Show(key)}; "
                + $"expected {expected}"
        );

    private string Expected(ReadOnlySpan<byte> key, KeyOperations operations)
    {
        _ = QualifiedKey.TrySplit(key, out var app, out var rest);
        var near = ImmutableArray.CreateBuilder<KeyPatternGrant>();
        foreach (var capability in _capabilities)
        {
            if (capability.IsOf(app) && capability.Grant.Pattern.Matches(rest))
            {
                near.Add(capability.Grant);
            }
        }

        if (near.Count == 0)
        {
            return $"a key of a declared pattern: {Declared(_ => true)}";
        }

        // All is declared, so it is the other app that does not agree.
        var declared = near.Aggregate(KeyOperations.None, (all, grant) => all | grant.Operations);
        return (operations & ~declared) == 0
            ? $"that app to list this under 'shares' for {_function.App}"
            : $"{Words(operations)} among the operations of {Declared(near.Contains)}";
    }

    private string Declared(Func<KeyPatternGrant, bool> which)
    {
        var shown = _capabilities
            .Select(capability => capability.Grant)
            .Where(which)
            .Select(grant => $"'{grant.Pattern}' [{Words(grant.Operations)}]{Place(grant)}");
        var text = string.Join(", ", shown);
        return text.Length == 0 ? "there is none" : text;
    }

    private static string Place(KeyPatternGrant grant) =>
        grant.Line == 0 ? "" : $" (manifest line {grant.Line})";

    private static string Words(KeyOperations operations)
    {
        KeyOperations[] all = [KeyOperations.Get, KeyOperations.Set, KeyOperations.Delete];
        var words = all.Where(one => operations.HasFlag(one))
            .Select(one =>
                one switch
                {
                    KeyOperations.Get => "get",
                    KeyOperations.Set => "set",
                    _ => "delete",
                }
            );
        return string.Join(", ", words);
    }
}
