using System.Buffers.Binary;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Wasi;

/// <summary>
/// Waiting: a stream is ready at once, a clock when its time has come. A sleep ends with the
/// invocation's deadline and when its caller goes away.
/// </summary>
internal static class WasiPoll
{
    /// <summary>Most subscriptions in one call.</summary>
    internal const int SubscriptionsMax = 256;

    private const int SubscriptionBytes = 48;
    private const int EventBytes = 32;
    private const byte Clock = 0;
    private const ushort Absolute = 1;

    private static readonly TimeSpan SleepMax = TimeSpan.FromDays(1);

    internal static WasiErrno Poll(GuestContext guest, ReadOnlySpan<RawValue> values)
    {
        var memory = guest.Memory;
        var (from, to, countAt) = ((uint)values[0].I32, (uint)values[1].I32, (uint)values[3].I32);
        var count = (uint)values[2].I32;
        if (count is 0 or > SubscriptionsMax)
        {
            return WasiErrno.InvalidArgument;
        }

        if (
            !memory.Contains(from, count * SubscriptionBytes)
            || !memory.Contains(to, count * EventBytes)
            || !memory.Contains(countAt, sizeof(int))
        )
        {
            return WasiErrno.BadAddress;
        }

        var subscriptions = memory.Slice(from, count * SubscriptionBytes).ToArray();
        Span<ulong> left = stackalloc ulong[(int)count];
        var shortest = ulong.MaxValue;
        for (var index = 0; index < left.Length; index++)
        {
            left[index] = Left(guest, subscriptions.AsSpan(index * SubscriptionBytes));
            shortest = Math.Min(shortest, left[index]);
        }

        Sleep(guest, shortest);
        var events = Report(subscriptions, left, shortest, memory.Slice(to, count * EventBytes));
        BinaryPrimitives.WriteInt32LittleEndian(memory.Slice(countAt, sizeof(int)), events);
        return WasiErrno.Success;
    }

    /// <summary>Nanoseconds until a subscription is ready.</summary>
    private static ulong Left(GuestContext guest, ReadOnlySpan<byte> subscription)
    {
        if (subscription[8] != Clock)
        {
            return 0;
        }

        var clock = BinaryPrimitives.ReadUInt32LittleEndian(subscription[16..]);
        var timeout = BinaryPrimitives.ReadUInt64LittleEndian(subscription[24..]);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(subscription[40..]);
        if (WasiClock.Now(guest, clock) is not { } now)
        {
            return 0;
        }

        return (flags & Absolute) == 0 ? timeout
            : timeout > now ? timeout - now
            : 0;
    }

    private static void Sleep(GuestContext guest, ulong nanoseconds)
    {
        guest.ThrowIfOver();
        if (nanoseconds == 0)
        {
            return;
        }

        // A timer may fire a tick early, and the wait is cut at the deadline: only the clock says
        // that the guest has slept enough, or that its time is over.
        var time = guest.App.Time;
        var wanted = TimeSpan.FromTicks((long)Math.Min(nanoseconds / 100, (ulong)SleepMax.Ticks));
        var start = time.GetTimestamp();
        for (var left = wanted; left > TimeSpan.Zero; left = wanted - time.GetElapsedTime(start))
        {
            var allowed = guest.Call.Deadline.Remaining(time) + TimeSpan.FromMilliseconds(1);
            var wait = left < allowed ? left : allowed;
            HostWait.For(guest, DelayAsync(wait, time, guest.Cancellation));
            guest.ThrowIfOver();
        }
    }

    private static async ValueTask<bool> DelayAsync(
        TimeSpan duration,
        TimeProvider time,
        CancellationToken ct
    )
    {
        await Task.Delay(duration, time, ct);
        return true;
    }

    /// <summary>Writes an event for each subscription that was ready within that time.</summary>
    private static int Report(
        ReadOnlySpan<byte> subscriptions,
        ReadOnlySpan<ulong> left,
        ulong waited,
        Span<byte> events
    )
    {
        var ready = 0;
        for (var index = 0; index < left.Length; index++)
        {
            if (left[index] > waited)
            {
                continue;
            }

            var subscription = subscriptions[(index * SubscriptionBytes)..];
            var reported = events.Slice(ready * EventBytes, EventBytes);
            reported.Clear();
            subscription[..8].CopyTo(reported);
            reported[10] = subscription[8];
            ready++;
        }

        return ready;
    }
}
