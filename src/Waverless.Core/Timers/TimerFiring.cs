using System.Buffers.Binary;
using System.Text;

namespace Waverless.Timers;

/// <summary>The moment of a timer that a function runs for.</summary>
/// <param name="Name">
/// The timer's name; the function's own for a timer that its manifest declares.
/// </param>
/// <param name="Scheduled">The moment as the schedule has it, not when it was noticed.</param>
/// <param name="Missed">
/// Moments before it that the misfire policy left out, counted to 100.
/// </param>
public sealed record TimerFiring(string Name, DateTimeOffset Scheduled, int Missed)
{
    private const int FixedBytes = sizeof(long) + sizeof(int);

    /// <summary>The bytes that stand for the key in a timer's event, little-endian.</summary>
    internal static byte[] Encode(string name, long scheduledMs, int missed)
    {
        var encoded = new byte[FixedBytes + Encoding.UTF8.GetByteCount(name)];
        BinaryPrimitives.WriteInt64LittleEndian(encoded, scheduledMs);
        BinaryPrimitives.WriteInt32LittleEndian(encoded.AsSpan(sizeof(long)), missed);
        Encoding.UTF8.GetBytes(name, encoded.AsSpan(FixedBytes));
        return encoded;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; null on anything else.</summary>
    internal static TimerFiring? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < FixedBytes)
        {
            return null;
        }

        var ms = BinaryPrimitives.ReadInt64LittleEndian(encoded);
        return ms is < 0 or > 253_402_300_799_999
            ? null
            : new TimerFiring(
                Encoding.UTF8.GetString(encoded[FixedBytes..]),
                DateTimeOffset.FromUnixTimeMilliseconds(ms),
                BinaryPrimitives.ReadInt32LittleEndian(encoded[sizeof(long)..])
            );
    }
}
