using Waverless.Contracts.Messaging;

namespace Waverless.Transport.Contracts;

public sealed class TcpBoundTests : BoundContract
{
    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Tcp);
}
