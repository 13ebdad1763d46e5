namespace Waverless.Transport.Protocol;

/// <summary>One frame of a channel: what it is, its protobuf header, and the body.</summary>
internal readonly record struct Frame(
    FrameType Type,
    ReadOnlyMemory<byte> Header,
    ReadOnlyMemory<byte> Body
);
