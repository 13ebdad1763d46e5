using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Waverless.Contracts.Messaging;
using Waverless.Messaging;
using Waverless.Transport.Contracts;
using Waverless.Transport.Protocol;
using Waverless.Transport.Protocol.Protos;

namespace Waverless.Transport.Hostile;

/// <summary>Peers that break the protocol: they are answered as promised, and harm nobody.</summary>
public sealed class RawPeerTests : TransportContract
{
    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Tcp);

    [Fact]
    [SuppressMessage(
        "Security",
        "CA5359:Do not disable certificate validation",
        Justification = "The stranger of this test trusts anybody."
    )]
    public async Task Nobody_without_a_certificate_gets_a_byte()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Two.Local.Host, Two.Local.Port);
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "anybody",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ApplicationProtocols = [Wires.TlsRules.Protocol],
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options);
            Assert.Equal(0, await Soon(tls.ReadAsync(new byte[1]).AsTask()));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // An alert of TLS is all that it may hear.
        }

        await AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task A_stranger_that_says_nothing_holds_up_nobody()
    {
        List<TcpClient> silent = [];
        for (var index = 0; index < 20; index++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(Two.Local.Host, Two.Local.Port);
            silent.Add(client);
        }

        await AssertOthersAreServedAsync();
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_version_that_is_not_spoken_is_refused_with_a_reason()
    {
        using var peer = await ConnectAsync();
        var hello = RawPeer.Hello(Two.Local, WirePlace.Cluster);
        (hello.VersionMin, hello.VersionMax) = (7, 9);
        await peer.SendAsync(hello);
        var (type, header) = await peer.ReadAsync();
        Assert.Equal(FrameType.Reject, type);
        var reject = Reject.Parser.ParseFrom(header);
        Assert.Equal(TransportErrorCode.VersionMismatch, (TransportErrorCode)reject.Code);
        Assert.Contains("7 to 9", reject.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_node_that_still_speaks_ours_is_welcome_in_ours()
    {
        using var peer = await ConnectAsync();
        var hello = RawPeer.Hello(Two.Local, WirePlace.Cluster);
        hello.VersionMax = 9;
        await peer.SendAsync(hello);
        var (type, header) = await peer.ReadAsync();
        Assert.Equal(FrameType.Welcome, type);
        Assert.Equal(1u, Welcome.Parser.ParseFrom(header).Version);
    }

    [Theory]
    [InlineData(2u, 2u, WirePlace.Cluster)]
    [InlineData(1u, 3u, WirePlace.Cluster)]
    [InlineData(1u, 2u, "other")]
    public async Task A_hello_that_contradicts_the_certificate_is_not_trusted(
        uint node,
        uint expected,
        string cluster
    )
    {
        using var peer = await ConnectAsync();
        var hello = RawPeer.Hello(Two.Local, cluster);
        (hello.Node, hello.ExpectedNode) = (node, expected);
        await peer.SendAsync(hello);
        var (type, header) = await peer.ReadAsync();
        Assert.Equal(FrameType.Reject, type);
        var code = (TransportErrorCode)Reject.Parser.ParseFrom(header).Code;
        Assert.Equal(TransportErrorCode.NotTrusted, code);
    }

    [Fact]
    public async Task A_channel_of_a_link_that_is_not_open_is_refused()
    {
        using var peer = await ConnectAsync();
        var hello = RawPeer.Hello(Two.Local, WirePlace.Cluster);
        hello.Purpose = Purpose.Stream;
        await peer.SendAsync(hello);
        Assert.Equal(FrameType.Reject, (await peer.ReadAsync()).Type);
    }

    [Theory]
    [InlineData("FFFFFFFF040000")]
    [InlineData("02000000040900080100")]
    [InlineData("0200000004020008FF")]
    [InlineData("0100000000000000")]
    [InlineData("0200000005020008010000000000000000")]
    public async Task Frames_that_are_none_end_the_link_and_nothing_else(string hex)
    {
        using var peer = await ConnectAsync();
        await peer.SendAsync(RawPeer.Hello(Two.Local, WirePlace.Cluster));
        Assert.Equal(FrameType.Welcome, (await peer.ReadAsync()).Type);
        await peer.Tls.WriteAsync(Convert.FromHexString(hex));
        Assert.True(await Soon(peer.IsClosedSilentlyAsync()));
        await AssertOthersAreServedAsync();
    }

    [Fact]
    public async Task A_half_open_connection_in_a_frame_ends_by_silence()
    {
        using var peer = await ConnectAsync();
        await peer.SendAsync(RawPeer.Hello(Two.Local, WirePlace.Cluster));
        Assert.Equal(FrameType.Welcome, (await peer.ReadAsync()).Type);
        await peer.Tls.WriteAsync(Convert.FromHexString("20000000040200"));
        Assert.True(await Soon(peer.IsClosedSilentlyAsync()));
    }

    private async Task<RawPeer> ConnectAsync()
    {
        var place = (WirePlace)Place;
        return await RawPeer.ConnectAsync(
            Two.Local,
            place.Authority.Issue(WirePlace.Cluster, new(1))
        );
    }

    private async Task AssertOthersAreServedAsync()
    {
        using var reply = await Soon(AskAsync(6).AsTask());
        Assert.Equal(6, Bytes.Number(reply.Body));
    }
}
