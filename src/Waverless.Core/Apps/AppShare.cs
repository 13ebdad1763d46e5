namespace Waverless.Apps;

/// <summary>Keys of an app that another app may use (<c>shares:</c>).</summary>
/// <param name="App">The app that is let in.</param>
/// <param name="Pattern">Which keys, in the namespace of the app that shares them.</param>
/// <param name="Operations">
/// What the other app may do; <see cref="KeyOperations.Get"/> also lets it be triggered.
/// </param>
public sealed record AppShare(string App, KeyPattern Pattern, KeyOperations Operations)
{
    /// <summary>The manifest line of the declaration, from 1; 0 when declared in code.</summary>
    public int Line { get; init; }
}
