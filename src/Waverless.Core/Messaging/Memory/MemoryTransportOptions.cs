namespace Waverless.Messaging.Memory;

/// <summary>Bounds of one node's end of a <see cref="MemoryNetwork"/>.</summary>
internal sealed record MemoryTransportOptions
{
    /// <summary>Bytes of one message or answer.</summary>
    public int MessageBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Requests of this node that wait for an answer; further ones are refused.</summary>
    public int RequestsMax { get; init; } = 10_000;

    /// <summary>Requests of others that are handled here; further ones are refused.</summary>
    public int ServedMax { get; init; } = 10_000;

    /// <summary>Posts on their way to one node; further ones wait.</summary>
    public int PostsMax { get; init; } = 1_024;

    /// <summary>Streams of this node; further ones are refused.</summary>
    public int StreamsMax { get; init; } = 1_024;

    /// <summary>Bytes on each side of a stream that wait for its reader.</summary>
    public int StreamWindowBytes { get; init; } = 64 * 1024;

    /// <summary>How long a request waits that does not say.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the opening of a stream may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stream lives on whose bytes do not get through.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
