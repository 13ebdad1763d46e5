using Waverless.Contracts.Messaging;
using Waverless.Transport.Contracts;

namespace Waverless.Transport.Hostile;

public sealed class TcpTrustTests : TrustContract
{
    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Tcp);
}
