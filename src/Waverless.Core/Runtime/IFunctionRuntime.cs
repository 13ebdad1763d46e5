using Waverless.Apps;

namespace Waverless.Runtime;

/// <summary>
/// Turns deployed apps into something that runs: wasm, processes, .NET delegates, or a kind of a
/// user's own. Thread-safe; registered once per host.
/// </summary>
public interface IFunctionRuntime
{
    /// <summary>Short lower-case name for logs and metrics, such as <c>wasm</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether this runtime runs that kind of artifact. Cheap: looks, does not load.
    /// </summary>
    /// <param name="package">The package in question.</param>
    bool Recognizes(AppPackage package);

    /// <summary>Compiles, binds and validates a version once, at deploy.</summary>
    /// <param name="version">What to load.</param>
    /// <param name="ct">Cancels the loading.</param>
    /// <exception cref="AppRejectedException">
    /// The artifact cannot run; every reason is named.
    /// </exception>
    ValueTask<ILoadedApp> LoadAsync(AppVersion version, CancellationToken ct);
}
