using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Waverless.Invocations;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Host;

/// <summary>
/// Where native code enters .NET. An exception that crossed this boundary would end the process,
/// so each of these catches everything.
/// </summary>
internal static unsafe class HostEntry
{
    /// <summary>
    /// Runs the host function number <paramref name="function"/>; answers with a trap or 0.
    /// </summary>
    [UnmanagedCallersOnly]
    [SuppressMessage("Design", "CA1031", Justification = "Nothing may cross into native code.")]
    internal static nint Call(nint function, nint caller, RawValue* values, nuint count)
    {
        GuestContext? guest = null;
        try
        {
            var context = InstanceNative.CallerContext(caller);
            guest = GuestContext.From(StoreNative.State(context));
            guest.EnterHost(caller, context);
            HostFunctions.All[(int)function].Call(guest, new Span<RawValue>(values, (int)count));
            return 0;
        }
        catch (Exception e)
        {
            Record(guest, e);
            return NewTrap();
        }
    }

    /// <summary>
    /// Looks, once per epoch, whether the guest may go on: others may want to compute too, its
    /// caller may have gone away, its deadline may have passed. Answers with an error or 0.
    /// </summary>
    [UnmanagedCallersOnly]
    [SuppressMessage("Design", "CA1031", Justification = "Nothing may cross into native code.")]
    internal static nint Epoch(nint context, nint state, ulong* ticksUntilNext, byte* kind)
    {
        GuestContext? guest = null;
        try
        {
            guest = GuestContext.From(state);
            *ticksUntilNext = 1;
            (guest.Host as ITakesTurns)?.TakeTurns();
            guest.ThrowIfOver();
            return 0;
        }
        catch (Exception e)
        {
            Record(guest, e);
            return NewError();
        }
    }

    /// <summary>Even an exception whose own message throws may not get out.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nothing may cross into native code.")]
    private static void Record(GuestContext? guest, Exception reason)
    {
        try
        {
            guest?.Fail(reason);
        }
        catch (Exception)
        {
            guest?.FailWithoutReason();
        }
    }

    private static nint NewTrap()
    {
        // The context keeps what happened; the native message is never read.
        var message = "host"u8;
        fixed (byte* text = message)
        {
            return TrapNative.New(text, (nuint)message.Length);
        }
    }

    private static nint NewError()
    {
        fixed (byte* text = "host\0"u8)
        {
            return TrapNative.NewError(text);
        }
    }
}
