using Waverless.Contracts.Messaging;

namespace Waverless.Transport.Contracts;

public sealed class QuicRequestTests : RequestContract
{
    protected override string? Unsupported => QuicSupport.Missing;

    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Quic);
}
