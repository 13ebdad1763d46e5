using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// A request's body on its way into a function: bytes where the server has them already, without a
/// copy, else a stream that is read within the function's limit once the call is admitted.
/// </summary>
internal readonly struct RequestBody
{
    /// <summary>Bodies up to this length are looked for in the server's buffer.</summary>
    public const int BufferedBytesMax = 64 << 10;

    private readonly PipeReader? _reader;
    private readonly SequencePosition _end;

    private RequestBody(Payload payload, PipeReader? reader = null, SequencePosition end = default)
    {
        Payload = payload;
        _reader = reader;
        _end = end;
    }

    public Payload Payload { get; }

    /// <param name="context">The request.</param>
    /// <param name="kind">
    /// Only an owned instance is sure to be done with the bytes when its invocation has ended; a
    /// delegate that ignores its deadline goes on reading, and so gets a copy.
    /// </param>
    public static RequestBody Open(HttpContext context, InstanceKind kind)
    {
        var request = context.Request;
        var length = request.ContentLength;
        if (length == 0 || (length is null && !CanHaveBody(context)))
        {
            return new RequestBody(
                Payload.From(default(ReadOnlyMemory<byte>), request.ContentType)
            );
        }

        if (length is null or > BufferedBytesMax)
        {
            LiftServerLimit(context);
            return new RequestBody(Payload.From(request.BodyReader, request.ContentType));
        }

        var reader = request.BodyReader;
        if (!reader.TryRead(out var read))
        {
            return new RequestBody(Payload.From(reader, request.ContentType));
        }

        if (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start);
            return new RequestBody(Payload.From(reader, request.ContentType));
        }

        var bytes = read.Buffer;
        if (kind == InstanceKind.Owned)
        {
            return new RequestBody(Payload.From(bytes, request.ContentType), reader, bytes.End);
        }

        var copy = bytes.ToArray();
        reader.AdvanceTo(bytes.End);
        return new RequestBody(Payload.From(copy, request.ContentType));
    }

    /// <summary>
    /// The function's own limit takes the place of the server's (Kestrel: 30 MB), which would also
    /// cut off the reading of what a refused caller is still sending.
    /// </summary>
    public static void LiftServerLimit(HttpContext context)
    {
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false })
        {
            limit.MaxRequestBodySize = null;
        }
    }

    /// <summary>
    /// Gives buffered bytes back to the server. Only after the answer was written: a function may
    /// answer with the very bytes that it was given.
    /// </summary>
    public void Release() => _reader?.AdvanceTo(_end);

    private static bool CanHaveBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
}
