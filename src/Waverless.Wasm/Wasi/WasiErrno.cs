namespace Waverless.Wasm.Wasi;

/// <summary>The error numbers of preview 1 that this host answers with.</summary>
internal enum WasiErrno
{
    Success = 0,
    BadDescriptor = 8,
    BadAddress = 21,
    InvalidArgument = 28,
    NotSupported = 58,
    NotSeekable = 70,
}
