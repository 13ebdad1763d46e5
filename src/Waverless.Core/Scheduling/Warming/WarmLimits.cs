namespace Waverless.Scheduling.Warming;

/// <summary>Bounds of what a node keeps warm.</summary>
internal static class WarmLimits
{
    /// <summary>Warm instances of one app that are planned or counted.</summary>
    public const int AppInstancesMax = 64;

    /// <summary>Warm instances of all apps that a node plans for; those that run most go first.</summary>
    public const int NodeInstancesMax = 256;

    /// <summary>Apps that are being warmed at once; further ones wait for the next look.</summary>
    public const int WarmingsMax = 8;

    /// <summary>Seconds without a run after which an app is kept warm no longer.</summary>
    public const int IdleSeconds = 60;

    /// <summary>Milliseconds between two wishes to warm the same app for a chain.</summary>
    public const int AheadMs = 1_000;
}
