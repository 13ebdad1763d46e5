namespace Waverless.Messaging.Memory;

/// <summary>
/// What a link does to what is sent over it, in one direction. The default is a perfect link.
/// </summary>
internal sealed record LinkFaults
{
    public static LinkFaults None { get; } = new();

    /// <summary>
    /// How likely a message is lost, 0 to 1. Streams lose nothing: their bytes are sent again.
    /// </summary>
    public double Drop { get; init; }

    /// <summary>How likely a post arrives twice, 0 to 1. Requests never do.</summary>
    public double Duplicate { get; init; }

    /// <summary>The shortest time on the way.</summary>
    public TimeSpan DelayLow { get; init; }

    /// <summary>
    /// The longest; each message draws its own, so that requests overtake each other. Posts keep
    /// their order.
    /// </summary>
    public TimeSpan DelayHigh { get; init; }

    /// <summary>How likely a message takes <see cref="Stall"/> longer, 0 to 1.</summary>
    public double StallChance { get; init; }

    /// <summary>The long tail of the delays.</summary>
    public TimeSpan Stall { get; init; }

    /// <summary>Bytes per second; 0: as many as there are.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Nothing gets through.</summary>
    public bool IsCut { get; init; }
}
