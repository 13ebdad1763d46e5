using Waverless.Contracts.Messaging;

namespace Waverless.Transport.Contracts;

public sealed class QuicPostTests : PostContract
{
    protected override string? Unsupported => QuicSupport.Missing;

    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Quic);
}
