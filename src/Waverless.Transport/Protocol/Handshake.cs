using Google.Protobuf;
using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Protocol.Protos;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Protocol;

/// <summary>The first words on each channel: who opens it and what for, and whether it may.</summary>
internal static class Handshake
{
    public const int MagicLength = 4;
    private const int BootBytesMax = 64;

    /// <summary>The first bytes of each channel.</summary>
    public static ReadOnlySpan<byte> Magic => "WVLS"u8;

    /// <summary>Opens a channel; what follows the answer is left on it.</summary>
    /// <exception cref="WireException">It was refused, or the channel broke.</exception>
    public static async Task<Welcome> OpenAsync(
        WireChannel channel,
        Hello hello,
        CancellationToken ct
    )
    {
        await channel.WriteAsync(Encode(FrameType.Hello, hello, Magic), ct);
        var (type, header) = await ReadAsync(channel, ct);
        switch (type)
        {
            case FrameType.Welcome:
                var welcome = Parse(Welcome.Parser, header);
                return welcome.Node == hello.ExpectedNode
                    ? welcome
                    : throw new WireException(
                        TransportErrorCode.NotTrusted,
                        $"node {welcome.Node} answered, expected {hello.ExpectedNode}"
                    );
            case FrameType.Reject:
                var reject = Parse(Reject.Parser, header);
                var code = (TransportErrorCode)reject.Code;
                throw new WireException(
                    Enum.IsDefined(code) && code != TransportErrorCode.None
                        ? code
                        : TransportErrorCode.Malformed,
                    $"the node refused: {reject.Message}"
                );
            default:
                throw Malformed($"a frame {type} came in place of the handshake");
        }
    }

    /// <summary>Reads what a channel begins with, and checks what every purpose demands.</summary>
    /// <exception cref="WireException">It may not be opened: the code is for the answer.</exception>
    public static async Task<Hello> ReceiveAsync(
        WireChannel channel,
        TransportNode node,
        CancellationToken ct
    )
    {
        var magic = new byte[MagicLength];
        await channel.ReadExactlyAsync(magic, ct);
        if (!magic.AsSpan().SequenceEqual(Magic))
        {
            throw Malformed($"the channel begins with {Convert.ToHexString(magic)}");
        }

        var (type, header) = await ReadAsync(channel, ct);
        var hello =
            type == FrameType.Hello
                ? Parse(Hello.Parser, header)
                : throw Malformed($"a frame {type} came in place of the handshake");
        Check(hello, channel.Peer, node);
        return hello;
    }

    public static ValueTask AcceptAsync(
        WireChannel channel,
        TransportNode node,
        uint version,
        CancellationToken ct
    ) =>
        channel.WriteAsync(
            Encode(
                FrameType.Welcome,
                new Welcome
                {
                    Version = version,
                    Node = node.Id.Value,
                    Boot = node.Boot,
                    MessageBytesMax = (uint)node.Limits.MessageBytesMax,
                },
                default
            ),
            ct
        );

    public static ValueTask RejectAsync(
        WireChannel channel,
        TransportErrorCode code,
        string message,
        CancellationToken ct
    ) =>
        channel.WriteAsync(
            Encode(FrameType.Reject, new Reject { Code = (uint)code, Message = message }, default),
            ct
        );

    private static void Check(Hello hello, NodeId peer, TransportNode node)
    {
        var theirs = new ProtocolVersion(hello.VersionMin, hello.VersionMax);
        if (ProtocolVersion.Ours.InCommonWith(theirs) is null)
        {
            throw new WireException(
                TransportErrorCode.VersionMismatch,
                $"node {node.Id} speaks version {ProtocolVersion.Ours} of the protocol, "
                    + $"node {hello.Node} speaks {theirs}"
            );
        }

        var wrong =
            hello.Node != peer.Value ? $"the certificate is of node {peer}, not {hello.Node}"
            : hello.ExpectedNode != node.Id.Value
                ? $"this is node {node.Id}, expected {hello.ExpectedNode}"
            : hello.Cluster != node.Cluster
                ? $"this is the cluster '{node.Cluster}', expected '{hello.Cluster}'"
            : null;
        if (wrong is not null)
        {
            throw new WireException(TransportErrorCode.NotTrusted, wrong);
        }

        if (hello.Boot.Length > BootBytesMax)
        {
            throw Malformed($"a boot id of {hello.Boot.Length} bytes");
        }
    }

    private static byte[] Encode(FrameType type, IMessage message, ReadOnlySpan<byte> magic)
    {
        var header = message.ToByteArray();
        var prefix = new FramePrefix(type, header.Length, 0);
        var bytes = new byte[magic.Length + prefix.FrameLength];
        magic.CopyTo(bytes);
        prefix.Write(bytes.AsSpan(magic.Length));
        header.CopyTo(bytes, magic.Length + FramePrefix.Length);
        return bytes;
    }

    private static async Task<(FrameType Type, byte[] Header)> ReadAsync(
        WireChannel channel,
        CancellationToken ct
    )
    {
        var bytes = new byte[FramePrefix.Length];
        await channel.ReadExactlyAsync(bytes, ct);
        if (!FramePrefix.TryRead(bytes, bodyBytesMax: 0, out var prefix))
        {
            throw Malformed($"the handshake begins with {Convert.ToHexString(bytes)}");
        }

        var header = new byte[prefix.HeaderLength];
        await channel.ReadExactlyAsync(header, ct);
        return (prefix.Type, header);
    }

    private static T Parse<T>(MessageParser<T> parser, byte[] header)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(header);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Malformed($"a message of the handshake cannot be read: {e.Message}");
        }
    }

    private static WireException Malformed(string what) => new(TransportErrorCode.Malformed, what);
}
