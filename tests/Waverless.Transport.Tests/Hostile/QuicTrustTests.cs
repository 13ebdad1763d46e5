using Waverless.Contracts.Messaging;
using Waverless.Transport.Contracts;

namespace Waverless.Transport.Hostile;

public sealed class QuicTrustTests : TrustContract
{
    protected override string? Unsupported => QuicSupport.Missing;

    protected override TransportPlace CreatePlace() => new WirePlace(TransportKind.Quic);
}
