using System.Net.Quic;

namespace Waverless.Transport.Contracts;

/// <summary>Whether QUIC runs here.</summary>
internal static class QuicSupport
{
    /// <summary>Why not; null: it does.</summary>
    public static string? Missing { get; } =
        (OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        && QuicListener.IsSupported
            ? null
            : "libmsquic is not installed";
}
