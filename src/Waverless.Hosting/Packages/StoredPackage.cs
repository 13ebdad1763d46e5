using Waverless.Apps;

namespace Waverless.Hosting.Packages;

/// <summary>An app that was uploaded, as found at start.</summary>
/// <param name="Package">What was uploaded.</param>
/// <param name="ReplacedHash">
/// Version of the host's own folder that it replaced; null if none.
/// </param>
internal sealed record StoredPackage(AppPackage Package, string? ReplacedHash);
