using Waverless.Apps;

namespace Waverless.AspNetCore.Problems;

/// <summary>One failure of one request.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Detail">What failed and what was expected.</param>
internal sealed record Problem(ProblemKind Kind, string? Detail)
{
    /// <summary>The app of a rejected deployment.</summary>
    public string? App { get; init; }

    /// <summary>Every reason of a rejected deployment.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Apps of the same upload that were deployed before this one was rejected.</summary>
    public IReadOnlyList<string> Deployed { get; init; } = [];

    public static Problem From(AppRejectedException rejection) =>
        new(StatusTable.Of(rejection), rejection.Message)
        {
            App = rejection.App,
            Reasons = rejection.Reasons,
        };
}
