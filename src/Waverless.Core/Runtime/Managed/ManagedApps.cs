using System.Collections.Immutable;
using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>Makes the packages of the apps whose functions are .NET delegates.</summary>
internal static class ManagedApps
{
    /// <summary>One package for each app, in the order in which the apps first appear.</summary>
    /// <exception cref="AppRejectedException">An address was added twice, or too many.</exception>
    public static IReadOnlyList<AppPackage> ToPackages(
        IEnumerable<FunctionRegistration> registrations,
        IReadOnlyCollection<(string App, AppShare Share)>? shares = null
    )
    {
        var all = registrations.ToList();
        CheckUnique(all);
        CheckShares(all, shares ?? []);
        return
        [
            .. all.GroupBy(
                registration => registration.Address.App,
                (app, functions) =>
                    ToPackage(
                        app,
                        [.. functions.Select(f => f.Manifest)],
                        [.. (shares ?? []).Where(item => item.App == app).Select(i => i.Share)]
                    ),
                StringComparer.Ordinal
            ),
        ];
    }

    /// <exception cref="AppRejectedException">An address was added twice.</exception>
    public static void CheckUnique(IReadOnlyCollection<FunctionRegistration> registrations)
    {
        var twice = registrations
            .GroupBy(registration => registration.Address)
            .Where(group => group.Count() > 1)
            .ToList();
        if (twice.Count > 0)
        {
            throw new AppRejectedException(
                twice[0].Key.App,
                AppRejectionCode.ManifestInvalid,
                twice.Select(group =>
                    $"The function '{group.Key}' was added {group.Count()} times; expected once."
                )
            );
        }
    }

    private static void CheckShares(
        List<FunctionRegistration> functions,
        IReadOnlyCollection<(string App, AppShare Share)> shares
    )
    {
        foreach (var (app, share) in shares)
        {
            var why =
                functions.TrueForAll(function => function.Address.App != app)
                    ? $"No function of '{app}' was added; expected one, or 'shares' in its manifest."
                : share.App == app
                    ? $"It shares '{share.Pattern}' with itself; expected another app."
                : null;
            if (why is not null)
            {
                throw new AppRejectedException(app, AppRejectionCode.ManifestInvalid, [why]);
            }
        }
    }

    private static AppPackage ToPackage(
        string app,
        List<FunctionManifest> functions,
        ImmutableArray<AppShare> shares
    )
    {
        if (functions.Count > AppManifest.FunctionsMax)
        {
            throw new AppRejectedException(
                app,
                AppRejectionCode.LimitExceeded,
                [
                    $"It has {functions.Count} functions; expected at most "
                        + $"{AppManifest.FunctionsMax}.",
                ]
            );
        }

        // The app's own bounds hold for all its functions together: no tighter than any of theirs.
        var limits = FunctionLimits.Default with
        {
            Concurrency = Math.Max(
                FunctionLimits.ConcurrencyDefault,
                functions.Max(function => function.Limits.Concurrency)
            ),
            Queue = Math.Max(
                FunctionLimits.QueueDefault,
                functions.Max(function => function.Limits.Queue)
            ),
        };
        var manifest = new AppManifest
        {
            Name = app,
            Functions = [.. functions],
            Limits = limits,
            Shares = shares,
        };
        return AppPackage.Create(manifest);
    }
}
