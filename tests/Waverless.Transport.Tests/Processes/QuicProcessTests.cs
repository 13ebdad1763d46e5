using Waverless.Transport.Contracts;

namespace Waverless.Transport.Processes;

public sealed class QuicProcessTests : ProcessContract
{
    protected override string? Unsupported => QuicSupport.Missing;
    protected override TransportKind Wire => TransportKind.Quic;
}
