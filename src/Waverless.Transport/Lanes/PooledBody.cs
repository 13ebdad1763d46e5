using System.Buffers;
using System.Collections.Concurrent;

namespace Waverless.Transport.Lanes;

/// <summary>A copy of a body in pooled memory; given back when it is disposed, once.</summary>
internal sealed class PooledBody : IDisposable
{
    private const int KeptMax = 1024;
    private static readonly ConcurrentQueue<PooledBody> Kept = new();
    private static int s_keptCount;

    private byte[] _bytes = [];
    private int _length;

    private PooledBody() { }

    public ReadOnlySequence<byte> Sequence => new(_bytes, 0, _length);

    /// <summary>A copy; null if there is nothing to copy.</summary>
    public static PooledBody? Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        if (Kept.TryDequeue(out var body))
        {
            Interlocked.Decrement(ref s_keptCount);
        }

        body ??= new PooledBody();
        body._bytes = ArrayPool<byte>.Shared.Rent(bytes.Length);
        body._length = bytes.Length;
        bytes.CopyTo(body._bytes);
        return body;
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length == 0)
        {
            return;
        }

        ArrayPool<byte>.Shared.Return(bytes);
        if (Interlocked.Increment(ref s_keptCount) <= KeptMax)
        {
            Kept.Enqueue(this);
        }
        else
        {
            Interlocked.Decrement(ref s_keptCount);
        }
    }
}
