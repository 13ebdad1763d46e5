using Waverless.Contracts.Messaging;

namespace Waverless.Transport.Contracts;

public sealed class TcpPostTests : PostContract
{
    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Tcp);
}
