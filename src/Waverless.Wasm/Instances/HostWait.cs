using System.Diagnostics.CodeAnalysis;

namespace Waverless.Wasm.Instances;

/// <summary>
/// Waits for the host on the guest's thread; what is there already costs nothing.
/// </summary>
internal static class HostWait
{
    [SuppressMessage("Usage", "VSTHRD002", Justification = "The call has completed by then.")]
    internal static T For<T>(GuestContext guest, ValueTask<T> call) =>
        call.IsCompletedSuccessfully ? call.Result : guest.Host.Wait(call);
}
