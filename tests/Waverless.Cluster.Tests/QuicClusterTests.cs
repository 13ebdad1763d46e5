using System.Net.Quic;

namespace Waverless.ClusterProcesses;

public sealed class QuicClusterTests : ClusterLoadContract
{
    protected override string Transport => "Quic";

    protected override string? Missing =>
        QuicListener.IsSupported ? null : "libmsquic is not installed";
}
