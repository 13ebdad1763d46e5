using Waverless.Contracts.Messaging;

namespace Waverless.Messaging.Contracts;

public sealed class MemoryLossTests : LossContract
{
    protected override TransportPlace CreatePlace() => new MemoryTransportPlace();
}
