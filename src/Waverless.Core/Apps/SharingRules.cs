using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>Compares what apps want of each other with what they share.</summary>
internal static class SharingRules
{
    /// <summary>What an app lets another use; nothing when it is not deployed.</summary>
    public static ImmutableArray<AppShare> Shares(AppManifest? owner, string user) =>
        owner is null ? [] : [.. owner.Shares.Where(share => share.App == user)];

    /// <summary>
    /// Refuses an app that wants keys which their app, deployed already, does not share. A later
    /// change of the other app is felt when a function runs: access is checked each time.
    /// </summary>
    /// <exception cref="AppRejectedException">With a reason for each pattern.</exception>
    public static void Check(AppManifest app, Func<string, AppManifest?> find)
    {
        if (!app.Functions.Any(ReachesOthers))
        {
            return;
        }

        var reasons = app
            .Functions.SelectMany(function => Wanted(app, function, find))
            .Distinct()
            .ToList();
        if (reasons.Count > 0)
        {
            throw new AppRejectedException(app.Name, AppRejectionCode.ShareMissing, reasons);
        }
    }

    /// <summary>
    /// Refuses functions that commit as one and want to write keys of another app, which live in
    /// another partition.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="defaultCommit">How functions commit that do not say.</param>
    /// <exception cref="AppRejectedException">With a reason for each pattern.</exception>
    public static void CheckCommits(AppManifest app, CommitMode defaultCommit)
    {
        var reasons =
            from function in app.Functions
            where (function.Commit ?? defaultCommit) == CommitMode.Atomic
            from grant in function.Kvs
            where IsForeignWrite(grant)
            select $"{(grant.Line == 0 ? "" : $"Line {grant.Line}: ")}'{grant.Pattern}' asks "
                + $"for {grant.Operations & ~KeyOperations.Get}, but "
                + $"'{app.Name}/{function.Name}' commits as one, in a partition of its own app; "
                + ExpectedCommit
                + ".";
        var all = reasons.ToList();
        if (all.Count > 0)
        {
            throw new AppRejectedException(app.Name, AppRejectionCode.ManifestInvalid, all);
        }
    }

    /// <summary>What is expected of functions that write other apps' keys.</summary>
    public const string ExpectedCommit =
        "expected 'commit: immediate' for it, or nothing but 'get'";

    /// <summary>Whether a grant allows to change another app's keys.</summary>
    public static bool IsForeignWrite(KeyPatternGrant grant) =>
        grant.Pattern.App is not null && (grant.Operations & ~KeyOperations.Get) != 0;

    private static bool ReachesOthers(FunctionManifest function) =>
        function.Kvs.Any(grant => grant.Pattern.App is not null)
        || function.Triggers.Any(trigger => trigger.Pattern.App is not null);

    private static IEnumerable<string> Wanted(
        AppManifest app,
        FunctionManifest function,
        Func<string, AppManifest?> find
    )
    {
        var patterns = function
            .Kvs.Select(grant => (grant.Pattern, Wants: grant.Operations, grant.Line))
            .Concat(function.Triggers.Select(t => (t.Pattern, Wants: KeyOperations.Get, t.Line)));
        foreach (var (pattern, wants, line) in patterns)
        {
            if (pattern.App is not { } other || find(other) is not { } owner)
            {
                continue;
            }

            var shared = Shares(owner, app.Name)
                .Where(share => share.Pattern.Intersects(pattern))
                .Aggregate(KeyOperations.None, (all, share) => all | share.Operations);
            if ((wants & ~shared) != 0)
            {
                yield return $"Line {line}: '{pattern}' asks for {wants}, but '{other}' shares "
                    + $"{shared} with '{app.Name}'; expected the rest under its 'shares'.";
            }
        }
    }
}
