using System.Buffers.Binary;
using System.Text;
using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>What is stored of a timer (format version 1).</summary>
/// <remarks>
/// Layout, little-endian: version (1), kind (1: interval, cron, once), misfire policy (1), flags
/// (1: may overlap), next moment in Unix milliseconds (8), interval or moment in milliseconds (8);
/// then length-prefixed (LEB128): function, cron expression, zone, payload.
/// </remarks>
internal sealed record TimerRecord
{
    private const byte Version = 1;
    private const int FixedBytes = 20;
    private const int NextAt = 4;

    public required string Function { get; init; }

    public required FunctionTimer When { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The first moment that it has not fired for.</summary>
    public long NextMs { get; init; }

    /// <summary>Whether both are the same timer, at whatever moment they are.</summary>
    public bool IsSameAs(TimerRecord other) =>
        (this with { NextMs = 0 })
            .Encode()
            .AsSpan()
            .SequenceEqual((other with { NextMs = 0 }).Encode());

    public byte[] Encode()
    {
        var function = Encoding.UTF8.GetBytes(Function);
        var cron = Encoding.UTF8.GetBytes(When.Cron ?? "");
        var zone = Encoding.UTF8.GetBytes(When.Zone);
        var encoded = new byte[
            FixedBytes
                + Prefixed(function.Length)
                + Prefixed(cron.Length)
                + Prefixed(zone.Length)
                + Prefixed(Payload.Length)
        ];
        encoded[0] = Version;
        encoded[1] = (byte)KindOf(When);
        encoded[2] = (byte)When.Misfire;
        encoded[3] = When.MayOverlap ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64LittleEndian(encoded.AsSpan(NextAt), NextMs);
        BinaryPrimitives.WriteInt64LittleEndian(
            encoded.AsSpan(NextAt + sizeof(long)),
            (long?)When.Interval?.TotalMilliseconds ?? When.At?.ToUnixTimeMilliseconds() ?? 0
        );
        var rest = encoded.AsSpan(FixedBytes);
        Append(ref rest, function);
        Append(ref rest, cron);
        Append(ref rest, zone);
        Append(ref rest, Payload.Span);
        return encoded;
    }

    /// <summary>Reads a record; copies what it keeps. Null on malformed bytes.</summary>
    public static TimerRecord? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < FixedBytes || encoded[0] != Version || encoded[2] > 2)
        {
            return null;
        }

        var rest = encoded[FixedBytes..];
        if (
            !Leb128.TryReadBytes(ref rest, out var function)
            || !Leb128.TryReadBytes(ref rest, out var cron)
            || !Leb128.TryReadBytes(ref rest, out var zone)
            || !Leb128.TryReadBytes(ref rest, out var payload)
            || !rest.IsEmpty
        )
        {
            return null;
        }

        var ms = BinaryPrimitives.ReadInt64LittleEndian(encoded[(NextAt + sizeof(long))..]);
        var timer = new FunctionTimer
        {
            Cron = encoded[1] == (byte)Kind.Cron ? Encoding.UTF8.GetString(cron) : null,
            Zone = Encoding.UTF8.GetString(zone),
            Misfire = (MisfirePolicy)encoded[2],
            MayOverlap = encoded[3] == 1,
        };
        return TryTime(ref timer, encoded[1], ms)
            ? new TimerRecord
            {
                Function = Encoding.UTF8.GetString(function),
                When = timer,
                Payload = payload.IsEmpty ? default : payload.ToArray(),
                NextMs = BinaryPrimitives.ReadInt64LittleEndian(encoded[NextAt..]),
            }
            : null;
    }

    private static bool TryTime(ref FunctionTimer timer, byte kind, long ms)
    {
        const long IntervalMsMax = 366 * 86_400_000L;
        const long MomentMsMax = 253_402_300_799_999;
        switch ((Kind)kind)
        {
            case Kind.Cron:
                return true;
            case Kind.Interval when ms is > 0 and <= IntervalMsMax:
                timer = timer with { Interval = TimeSpan.FromMilliseconds(ms) };
                return true;
            case Kind.Once when ms is > 0 and <= MomentMsMax:
                timer = timer with { At = DateTimeOffset.FromUnixTimeMilliseconds(ms) };
                return true;
            default:
                return false;
        }
    }

    private static Kind KindOf(FunctionTimer timer) =>
        timer.Cron is not null ? Kind.Cron
        : timer.Interval is not null ? Kind.Interval
        : Kind.Once;

    private static int Prefixed(int bytes) => Leb128.Length((ulong)bytes) + bytes;

    private static void Append(ref Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        to = to[Leb128.Write(to, (ulong)bytes.Length)..];
        bytes.CopyTo(to);
        to = to[bytes.Length..];
    }

    private enum Kind : byte
    {
        Interval = 0,
        Cron = 1,
        Once = 2,
    }
}
