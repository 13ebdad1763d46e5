using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>What makes connections between nodes: QUIC, or TCP with TLS.</summary>
internal interface IWire : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Begins to listen; each channel whose peer is trusted is handed over.</summary>
    /// <returns>The port.</returns>
    ValueTask<int> ListenAsync(Action<WireChannel> accept, CancellationToken ct);

    /// <summary>Prepares channels to a node; proves that it is the expected one.</summary>
    /// <exception cref="WireException">It cannot be reached, or is not trusted.</exception>
    ValueTask<IWireLink> DialAsync(NodeAddress to, CancellationToken ct);
}
