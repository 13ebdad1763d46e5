using System.Buffers;

namespace Waverless.Cluster.Peers;

/// <summary>Gives a rented array back, once.</summary>
internal sealed class PooledBuffer(byte[] buffer) : IDisposable
{
    private byte[]? _buffer = buffer;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
