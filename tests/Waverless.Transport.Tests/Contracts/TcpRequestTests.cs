using Waverless.Contracts.Messaging;

namespace Waverless.Transport.Contracts;

public sealed class TcpRequestTests : RequestContract
{
    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Tcp);
}
