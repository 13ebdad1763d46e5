namespace Waverless.Apps;

/// <summary>A zip or folder is not a package that can be deployed.</summary>
public sealed class PackageException : AppRejectedException
{
    /// <summary>Refuses a package.</summary>
    /// <param name="app">The app; null when its name is not known.</param>
    /// <param name="problem">What is wrong, as a stable code.</param>
    /// <param name="entry">The path of the file or entry at fault; null: the whole.</param>
    /// <param name="reason">What is wrong and what was expected, as a sentence.</param>
    /// <param name="inner">What caused it, if anything.</param>
    public PackageException(
        string? app,
        PackageProblem problem,
        string? entry,
        string reason,
        Exception? inner = null
    )
        : base(
            app,
            AppRejectionCode.PackageInvalid,
            [entry is null ? reason : $"Entry '{entry}': {reason}"],
            inner
        )
    {
        Problem = problem;
        Entry = entry;
    }

    /// <summary>What is wrong, as a stable code.</summary>
    public PackageProblem Problem { get; }

    /// <summary>The path of the file or entry at fault; null: the whole.</summary>
    public string? Entry { get; }
}
