using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>A manifest has defects; all that were found are listed.</summary>
public sealed class ManifestException : AppRejectedException
{
    /// <summary>Refuses a manifest.</summary>
    /// <param name="app">The app; null when the file did not tell.</param>
    /// <param name="errors">The defects, in the order of the file; at least one.</param>
    public ManifestException(string? app, IReadOnlyCollection<ManifestError> errors)
        : base(app, AppRejectionCode.ManifestInvalid, errors.Select(error => error.ToString()))
    {
        Errors = [.. errors];
    }

    /// <summary>The defects, in the order of the file.</summary>
    public ImmutableArray<ManifestError> Errors { get; }
}
