using Waverless.Contracts.Messaging;

namespace Waverless.Messaging.Contracts;

public sealed class MemoryPostTests : PostContract
{
    protected override TransportPlace CreatePlace() => new MemoryTransportPlace();
}
