using System.Diagnostics;

namespace Waverless.Events;

/// <summary>A W3C trace context in 25 bytes, as event records carry it.</summary>
/// <param name="TraceHigh">First eight bytes of the trace id, big-endian.</param>
/// <param name="TraceLow">Last eight bytes of the trace id, big-endian.</param>
/// <param name="Span">The span id, big-endian.</param>
/// <param name="Flags">Trace flags; bit 0 is "sampled".</param>
public readonly record struct TraceRef(ulong TraceHigh, ulong TraceLow, ulong Span, byte Flags)
{
    /// <summary>Whether there is a trace.</summary>
    public bool IsPresent => (TraceHigh | TraceLow) != 0;

    /// <summary>Takes over a context.</summary>
    /// <param name="context">The context; the default gives the default.</param>
    public static TraceRef From(ActivityContext context)
    {
        if (context.TraceId == default)
        {
            return default;
        }

        Span<byte> trace = stackalloc byte[16];
        Span<byte> span = stackalloc byte[8];
        context.TraceId.CopyTo(trace);
        context.SpanId.CopyTo(span);
        return new TraceRef(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(trace),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(trace[8..]),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(span),
            (byte)context.TraceFlags
        );
    }

    /// <summary>The context, marked as coming from elsewhere.</summary>
    public ActivityContext ToContext()
    {
        if (!IsPresent)
        {
            return default;
        }

        Span<byte> trace = stackalloc byte[16];
        Span<byte> span = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(trace, TraceHigh);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(trace[8..], TraceLow);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(span, Span);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(trace),
            ActivitySpanId.CreateFromBytes(span),
            (ActivityTraceFlags)Flags,
            isRemote: true
        );
    }
}
