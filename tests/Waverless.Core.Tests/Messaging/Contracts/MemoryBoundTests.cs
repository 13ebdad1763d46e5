using Waverless.Contracts.Messaging;

namespace Waverless.Messaging.Contracts;

public sealed class MemoryBoundTests : BoundContract
{
    protected override TransportPlace CreatePlace() => new MemoryTransportPlace();
}
