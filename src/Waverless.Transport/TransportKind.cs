namespace Waverless.Transport;

/// <summary>What carries the messages between nodes.</summary>
public enum TransportKind
{
    /// <summary>QUIC where the machine can, else TCP.</summary>
    Automatic = 0,

    /// <summary>QUIC; fails where the machine cannot.</summary>
    Quic = 1,

    /// <summary>TCP with TLS 1.3.</summary>
    Tcp = 2,
}
