namespace Waverless.Hosting;

/// <summary>A version of an app that can be in service.</summary>
/// <param name="Hash">The hash of its content.</param>
/// <param name="IsActive">Whether it is in service.</param>
/// <param name="Deployed">When it last came into service; null: that was not written down.</param>
internal sealed record KeptVersion(string Hash, bool IsActive, DateTimeOffset? Deployed);
