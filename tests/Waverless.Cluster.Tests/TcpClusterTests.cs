namespace Waverless.ClusterProcesses;

public sealed class TcpClusterTests : ClusterLoadContract
{
    protected override string Transport => "Tcp";

    protected override string? Missing => null;
}
