using System.Buffers;
using Waverless.Kv;

namespace Waverless.Runtime;

/// <summary>Whole blobs of a function.</summary>
public static class FunctionContextBlobExtensions
{
    /// <summary>
    /// Writes a stream as the value of a key, in pieces; visible when the function's writes are.
    /// </summary>
    /// <param name="context">The function's context.</param>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <param name="content">Read to its end.</param>
    /// <exception cref="Invocations.InvocationRefusedException">
    /// As with <see cref="FunctionContext.CommitAsync"/>.
    /// </exception>
    /// <exception cref="KvWriteException">
    /// Longer than <see cref="KvLimits.BlobBytesMax"/>, over the quota, or the store is full.
    /// </exception>
    public static async ValueTask SetBlobAsync(
        this FunctionContext context,
        KvKey key,
        Stream content
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(content);
        await using var writer = await context.OpenBlobWriteAsync(key);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await content.ReadAsync(buffer, context.CancellationToken) is > 0 and var count)
            {
                await writer.WriteAsync(buffer.AsMemory(0, count), context.CancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var blob = await writer.CompleteAsync(context.CancellationToken);
        await context.CommitAsync(new KvBatch().SetBlob(blob));
    }
}
