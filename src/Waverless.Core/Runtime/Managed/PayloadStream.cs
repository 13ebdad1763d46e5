using System.Buffers;
using System.IO.Pipelines;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Reads a payload that is still arriving.</summary>
internal static class PayloadStream
{
    /// <summary>Reads it to its end.</summary>
    /// <exception cref="InvocationRefusedException">Longer than allowed.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        PipeReader reader,
        long bytesMax,
        FunctionAddress function,
        CancellationToken ct
    )
    {
        // Each piece is consumed as it comes, so that a bounded pipe never waits for room.
        var whole = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            if (whole.WrittenCount + read.Buffer.Length > bytesMax)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw new InvocationRefusedException(
                    InvocationStatus.PayloadTooLarge,
                    $"The payload of '{function}' is longer than its limit of {bytesMax} bytes."
                );
            }

            foreach (var piece in read.Buffer)
            {
                whole.Write(piece.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return whole.WrittenMemory;
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The payload's reader was cancelled.");
            }
        }
    }
}
