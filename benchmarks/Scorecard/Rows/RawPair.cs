using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport;
using Waverless.Transport.Identity;
using Waverless.Transport.Wires;

namespace Scorecard.Rows;

/// <summary>
/// The baseline: one channel of the same wire, with the same mutual TLS, and nothing above it. The
/// other end echoes, or swallows and says so at the end.
/// </summary>
internal sealed class RawPair : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly ClusterAuthority _authority = ClusterAuthority.Create("raw");
    private readonly IWire _server;
    private readonly IWire _client;
    private readonly bool _isEcho;
    private WireChannel? _channel;
    private long _expected;

    private RawPair(TransportKind kind, bool isEcho)
    {
        _isEcho = isEcho;
        (_server, _) = TransportSelection.Choose(Options(kind, 2));
        (_client, _) = TransportSelection.Choose(Options(kind, 1));
    }

    public WireChannel Channel => _channel!;

    public static async Task<RawPair> StartAsync(TransportKind kind, bool isEcho)
    {
        var pair = new RawPair(kind, isEcho);
        var port = await pair._server.ListenAsync(channel => _ = pair.ServeAsync(channel), default);
        var link = await pair._client.DialAsync(new(new NodeId(2), "127.0.0.1", port), default);
        pair._channel = await link.OpenAsync(default);
        return pair;
    }

    /// <summary>How many bytes the other end swallows before it says so.</summary>
    public void Expect(long bytes) => Volatile.Write(ref _expected, bytes);

    public async ValueTask DisposeAsync()
    {
        _channel?.Abort(TransportErrorCode.Stopped);
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    private async Task ServeAsync(WireChannel channel)
    {
        var buffer = new byte[BufferBytes];
        var swallowed = 0L;
        try
        {
            while (await channel.ReadAsync(buffer, default) is var read and > 0)
            {
                swallowed += read;
                if (_isEcho)
                {
                    await channel.WriteAsync(buffer.AsMemory(0, read), default);
                }
                else if (swallowed >= Volatile.Read(ref _expected))
                {
                    swallowed = 0;
                    await channel.WriteAsync(new byte[1], default);
                }
            }
        }
        catch (IOException)
        {
            // The row has ended.
        }
    }

    private TransportOptions Options(TransportKind kind, uint node) =>
        new() { Identity = _authority.Issue("raw", new NodeId(node)), Kind = kind };
}
