using System.Net.Quic;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>What a failure of QUIC means here.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal static class QuicErrors
{
    /// <summary>TLS alerts stand in this range of QUIC's transport errors.</summary>
    private const long FirstAlert = 0x100;
    private const long LastAlert = 0x1FF;

    /// <summary>An application error code of streams and connections.</summary>
    public static long Number(TransportErrorCode code) => (long)code;

    /// <summary>What the other side gave as the reason for its reset; else a lost connection.</summary>
    public static TransportErrorCode CodeOf(Exception e) =>
        e is QuicException { QuicError: QuicError.StreamAborted, ApplicationErrorCode: { } number }
        && Enum.IsDefined((TransportErrorCode)number)
        && number != 0
            ? (TransportErrorCode)number
            : TransportErrorCode.ConnectionLost;

    /// <summary>A failure to connect, or before the handshake is through.</summary>
    public static WireException WhileConnecting(Exception e) =>
        e switch
        {
            WireException wire => wire,
            AuthenticationException => new(TransportErrorCode.NotTrusted, e.Message, e),
            QuicException { TransportErrorCode: >= FirstAlert and <= LastAlert } => new(
                TransportErrorCode.NotTrusted,
                $"the handshake of TLS failed: {e.Message}",
                e
            ),
            _ => new(TransportErrorCode.Unreachable, e.Message, e),
        };
}
