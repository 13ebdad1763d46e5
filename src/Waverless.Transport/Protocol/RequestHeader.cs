using System.Diagnostics;
using System.Text;

namespace Waverless.Transport.Protocol;

/// <summary>
/// What precedes the body of a request or post: <c>RequestHeader</c> of <c>transport.proto</c>, by
/// hand because it is read and written for every message.
/// </summary>
internal readonly record struct RequestHeader(
    ulong Id,
    ushort Kind,
    uint TimeoutMs,
    ActivityContext Trace
)
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    /// <summary>The longest trace state that W3C asks to pass on; longer ones are left out.</summary>
    private const int TraceStateBytesMax = 512;

    public int Write(Span<byte> into)
    {
        var writer = new HeaderWriter(into);
        writer.Number(1, Id);
        writer.Number(2, Kind);
        writer.Number(3, TimeoutMs);
        if (Trace.TraceId != default)
        {
            Trace.TraceId.CopyTo(writer.Bytes(4, TraceIdBytes));
            Trace.SpanId.CopyTo(writer.Bytes(5, SpanIdBytes));
            writer.Number(6, (uint)Trace.TraceFlags);
            if (Trace.TraceState is { Length: <= TraceStateBytesMax } state)
            {
                writer.Text(7, state, TraceStateBytesMax);
            }
        }

        return writer.Length;
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out RequestHeader header)
    {
        var reader = new HeaderReader(from);
        var (id, kind, timeout, flags) = (0UL, 0UL, 0UL, 0UL);
        ReadOnlySpan<byte> trace = default;
        ReadOnlySpan<byte> span = default;
        ReadOnlySpan<byte> state = default;
        while (reader.Next() is var field and not 0)
        {
            switch (field, reader.IsBytes)
            {
                case (1, false):
                    id = reader.Number;
                    break;
                case (2, false):
                    kind = reader.Number;
                    break;
                case (3, false):
                    timeout = reader.Number;
                    break;
                case (4, true):
                    trace = reader.Bytes;
                    break;
                case (5, true):
                    span = reader.Bytes;
                    break;
                case (6, false):
                    flags = reader.Number;
                    break;
                case (7, true):
                    state = reader.Bytes;
                    break;
            }
        }

        var isRead = !reader.IsMalformed && kind <= ushort.MaxValue && timeout <= uint.MaxValue;
        header = isRead
            ? new RequestHeader(
                id,
                (ushort)kind,
                (uint)timeout,
                TraceFrom(trace, span, flags, state)
            )
            : default;
        return isRead;
    }

    private static ActivityContext TraceFrom(
        ReadOnlySpan<byte> trace,
        ReadOnlySpan<byte> span,
        ulong flags,
        ReadOnlySpan<byte> state
    ) =>
        trace.Length != TraceIdBytes || span.Length != SpanIdBytes
            ? default
            : new ActivityContext(
                ActivityTraceId.CreateFromBytes(trace),
                ActivitySpanId.CreateFromBytes(span),
                (ActivityTraceFlags)(flags & 1),
                state.IsEmpty ? null : Encoding.UTF8.GetString(state),
                isRemote: true
            );
}
