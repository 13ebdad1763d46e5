using Waverless.Contracts.Messaging;

namespace Waverless.Messaging.Contracts;

public sealed class MemoryStreamTests : StreamContract
{
    protected override TransportPlace CreatePlace() => new MemoryTransportPlace();
}
