using Waverless.Contracts.Messaging;

namespace Waverless.Transport.Contracts;

public sealed class TcpLossTests : LossContract
{
    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Tcp);
}
