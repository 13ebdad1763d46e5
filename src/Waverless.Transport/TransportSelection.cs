using System.Net.Quic;
using Waverless.Transport.Wires;

namespace Waverless.Transport;

/// <summary>Which wire a node uses, and why.</summary>
internal static class TransportSelection
{
    /// <exception cref="PlatformNotSupportedException">QUIC is demanded and missing.</exception>
    public static (IWire Wire, string Reason) Choose(TransportOptions options)
    {
        if (options.Kind == TransportKind.Tcp)
        {
            return (new TcpWire(options), "TCP with TLS 1.3 is configured.");
        }

        // The platforms are those of System.Net.Quic itself; the compiler wants to see them here.
        if (
            (OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
            && QuicListener.IsSupported
        )
        {
            return (new QuicWire(options), "QUIC is available.");
        }

        if (options.Kind == TransportKind.Quic)
        {
            throw new PlatformNotSupportedException(Missing);
        }

        return (new TcpWire(options), Missing + " TCP with TLS 1.3 does the same.");
    }

    private const string Missing =
        "QUIC is not available: libmsquic or TLS 1.3 is missing "
        + "(Linux: install the package libmsquic from packages.microsoft.com; "
        + "macOS: brew install libmsquic; Windows: 11 or Server 2022).";
}
