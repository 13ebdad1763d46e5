using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>
/// A deployment was refused before anything changed: a version that was running goes on running.
/// Thrown by package and manifest readers, by runtimes and by the catalog.
/// </summary>
public class AppRejectedException : Exception
{
    /// <summary>Refuses an app.</summary>
    /// <param name="app">The app; null when its name is not known.</param>
    /// <param name="code">Why, as a stable code.</param>
    /// <param name="reasons">Why, one sentence for each defect; at least one.</param>
    /// <param name="inner">What caused it, if anything.</param>
    public AppRejectedException(
        string? app,
        AppRejectionCode code,
        IEnumerable<string> reasons,
        Exception? inner = null
    )
        : this(app, code, [.. reasons], inner) { }

    private AppRejectedException(
        string? app,
        AppRejectionCode code,
        ImmutableArray<string> reasons,
        Exception? inner
    )
        : base(Describe(app, reasons), inner)
    {
        App = app;
        Code = code;
        Reasons = reasons;
    }

    /// <summary>The app that was refused; null when its name is not known.</summary>
    public string? App { get; }

    /// <summary>Why, as a stable code.</summary>
    public AppRejectionCode Code { get; }

    /// <summary>Why, one sentence for each defect.</summary>
    public ImmutableArray<string> Reasons { get; }

    private static string Describe(string? app, ImmutableArray<string> reasons) =>
        (app is null ? "The app was rejected: " : $"The app '{app}' was rejected: ")
        + string.Join(" ", reasons);
}
