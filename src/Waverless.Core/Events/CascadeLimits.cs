namespace Waverless.Events;

/// <summary>Bounds of cascades.</summary>
internal static class CascadeLimits
{
    /// <summary>Deepest event below a root; deeper ones become dead letters.</summary>
    public const int DepthMax = 10_000;

    /// <summary>Why a dead letter was never run.</summary>
    public const string DepthExceeded =
        "DepthExceeded: the cascade is deeper than 10,000 events; expected a chain that ends.";
}
