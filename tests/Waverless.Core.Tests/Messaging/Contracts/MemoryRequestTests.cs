using Waverless.Contracts.Messaging;

namespace Waverless.Messaging.Contracts;

public sealed class MemoryRequestTests : RequestContract
{
    protected override TransportPlace CreatePlace() => new MemoryTransportPlace();
}
