using System.IO.Pipelines;

namespace Waverless.Invocations;

/// <summary>Reads a streamed payload into memory, within the function's body limit.</summary>
internal static class PayloadReader
{
    public readonly record struct Outcome(Payload Payload, InvocationResult? Refusal);

    public static async ValueTask<Outcome> ReadAsync(
        Payload payload,
        long bytesMax,
        CancellationToken ct
    )
    {
        if (payload.Reader is not { } reader)
        {
            return new Outcome(payload, null);
        }

        var body = new SegmentedBuffer();
        while (true)
        {
            ReadResult read;
            try
            {
                read = await reader.ReadAsync(ct);
            }
            catch (IOException failure)
            {
                return new Outcome(default, BadPayload(failure.Message));
            }

            var bytes = body.Length + read.Buffer.Length;
            if (bytes > bytesMax)
            {
                // The reader is left ready for its owner to go on, which may discard the rest.
                reader.AdvanceTo(read.Buffer.End);
                return new Outcome(default, TooLarge(bytes, bytesMax));
            }

            foreach (var segment in read.Buffer)
            {
                body.Write(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return new Outcome(Payload.From(body.ToSequence(), payload.ContentType), null);
            }
        }
    }

    public static InvocationResult TooLarge(long bytes, long bytesMax) =>
        InvocationResult.Fail(
            InvocationStatus.PayloadTooLarge,
            $"The body has at least {bytes} bytes; expected at most {bytesMax}."
        );

    private static InvocationResult BadPayload(string why) =>
        InvocationResult.Fail(InvocationStatus.BadPayload, $"The body did not arrive whole: {why}");
}
