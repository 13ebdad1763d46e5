using System.Buffers.Binary;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Wasi;

/// <summary>The node's clocks, in nanoseconds.</summary>
internal static class WasiClock
{
    internal const uint Realtime = 0;
    internal const uint Monotonic = 1;

    private const ulong ResolutionNanoseconds = 100;

    internal static WasiErrno GetResolution(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        (uint)values[0].I32 > Monotonic
            ? WasiErrno.InvalidArgument
            : Store(guest, values[1].I32, ResolutionNanoseconds);

    internal static WasiErrno GetTime(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        Now(guest, (uint)values[0].I32) is { } now
            ? Store(guest, values[2].I32, now)
            : WasiErrno.InvalidArgument;

    /// <summary>What a clock says; null: there is no such clock.</summary>
    internal static ulong? Now(GuestContext guest, uint clock)
    {
        var time = guest.App.Time;
        return clock switch
        {
            Realtime => (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100,
            Monotonic => (ulong)time.GetElapsedTime(0).Ticks * 100,
            _ => null,
        };
    }

    private static WasiErrno Store(GuestContext guest, int address, ulong nanoseconds)
    {
        var memory = guest.Memory;
        if (!memory.Contains((uint)address, sizeof(ulong)))
        {
            return WasiErrno.BadAddress;
        }

        var place = memory.Slice((uint)address, sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(place, nanoseconds);
        return WasiErrno.Success;
    }
}
