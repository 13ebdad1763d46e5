using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Wasi;

/// <summary>A function of preview 1: its answer is an error number.</summary>
internal delegate WasiErrno WasiCall(GuestContext guest, ReadOnlySpan<RawValue> values);
