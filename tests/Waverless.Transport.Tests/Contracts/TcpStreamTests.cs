using Waverless.Contracts.Messaging;

namespace Waverless.Transport.Contracts;

public sealed class TcpStreamTests : StreamContract
{
    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Tcp);
}
