using System.Net.Security;
using System.Net.Sockets;
using Google.Protobuf;
using Waverless.Messaging;
using Waverless.Transport.Identity;
using Waverless.Transport.Protocol;
using Waverless.Transport.Protocol.Protos;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Hostile;

/// <summary>A peer made of bare TLS, which says what it likes.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient _client = new();

    public SslStream Tls { get; private set; } = null!;

    public static async Task<RawPeer> ConnectAsync(NodeAddress to, NodeIdentity identity)
    {
        var peer = new RawPeer();
        await peer._client.ConnectAsync(to.Host, to.Port);
        peer.Tls = new SslStream(peer._client.GetStream());
        await peer.Tls.AuthenticateAsClientAsync(
            TlsRules.ForClient(identity, to.Id, TimeProvider.System, new PeerVerdict())
        );
        return peer;
    }

    public static Hello Hello(NodeAddress to, string cluster) =>
        new()
        {
            VersionMin = 1,
            VersionMax = 1,
            Cluster = cluster,
            Node = 1,
            ExpectedNode = to.Id.Value,
            Boot = ByteString.CopyFrom(new byte[16]),
            Link = 5,
            Purpose = Purpose.Requests,
            MessageBytesMax = 1000,
        };

    public async Task SendAsync(Hello hello)
    {
        var header = hello.ToByteArray();
        var prefix = new byte[FramePrefix.Length];
        new FramePrefix(FrameType.Hello, header.Length, 0).Write(prefix);
        await Tls.WriteAsync((byte[])[.. Handshake.Magic, .. prefix, .. header]);
    }

    public async Task<(FrameType Type, byte[] Header)> ReadAsync()
    {
        var prefix = new byte[FramePrefix.Length];
        await Tls.ReadExactlyAsync(prefix);
        Assert.True(FramePrefix.TryRead(prefix, 1000, out var read));
        var header = new byte[read.HeaderLength];
        await Tls.ReadExactlyAsync(header);
        return (read.Type, header);
    }

    /// <summary>Whether the other side closes, without one more byte.</summary>
    public async Task<bool> IsClosedSilentlyAsync()
    {
        try
        {
            return await Tls.ReadAsync(new byte[1]) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        Tls?.Dispose();
        _client.Dispose();
    }
}
