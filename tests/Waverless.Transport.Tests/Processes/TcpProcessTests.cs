namespace Waverless.Transport.Processes;

public sealed class TcpProcessTests : ProcessContract
{
    protected override TransportKind Wire => TransportKind.Tcp;
}
