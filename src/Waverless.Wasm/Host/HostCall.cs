using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Host;

/// <summary>
/// What a host function does. Throws whatever it likes: the boundary turns it into a trap.
/// </summary>
/// <param name="guest">The invocation that calls.</param>
/// <param name="values">The arguments; the first receives the result, if there is one.</param>
internal delegate void HostCall(GuestContext guest, Span<RawValue> values);
