using System.Buffers;

namespace Waverless.Wasm.Modules;

/// <summary>
/// Bytes in a rented array. Compiled code is large: a new array each time would be zeroed, and
/// would cost full collections.
/// </summary>
internal sealed class PooledBytes(int length) : IDisposable
{
    private byte[]? _array = ArrayPool<byte>.Shared.Rent(length);

    internal Span<byte> Span =>
        _array is { } array
            ? array.AsSpan(0, length)
            : throw new ObjectDisposedException(nameof(PooledBytes));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } array)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
