using System.Collections.Immutable;
using Waverless.Invocations;
using Waverless.Wasm.Host;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Wasi;

/// <summary>
/// WASI preview 1, deny by default: three standard streams, arguments, granted environment,
/// clocks, random bytes, sleep. No other descriptor exists, so whatever takes one answers EBADF.
/// </summary>
/// <remarks>
/// Own code rather than Wasmtime's: that one needs a context per store, and its sleep and its
/// writes know neither deadlines nor callers that went away.
/// </remarks>
internal static class WasiFunctions
{
    internal const string Module = "wasi_snapshot_preview1";

    internal static ImmutableArray<HostFunction> All { get; } =
    [
        .. Provided(),
        Define("fd_close", "i:i", StandardOnly),
        Define("fd_datasync", "i:i", StandardOnly),
        Define("fd_fdstat_set_flags", "ii:i", StandardOnly),
        Define("fd_sync", "i:i", StandardOnly),
        Define("fd_seek", "iIii:i", NotSeekable),
        Define("fd_tell", "ii:i", NotSeekable),
        Define("sched_yield", ":i", static (_, _) => WasiErrno.Success),
        Define("proc_raise", "i:i", static (_, _) => WasiErrno.NotSupported),
        .. Denied(),
    ];

    private static HostFunction[] Provided() =>
        [
            Define("args_get", "ii:i", WasiEnvironment.GetArguments),
            Define("args_sizes_get", "ii:i", WasiEnvironment.GetArgumentSizes),
            Define("environ_get", "ii:i", WasiEnvironment.GetVariables),
            Define("environ_sizes_get", "ii:i", WasiEnvironment.GetVariableSizes),
            Define("clock_res_get", "ii:i", WasiClock.GetResolution),
            Define("clock_time_get", "iIi:i", WasiClock.GetTime),
            Define("poll_oneoff", "iiii:i", WasiPoll.Poll),
            Define("random_get", "ii:i", WasiRandom.Get),
            Define("fd_write", "iiii:i", WasiStreams.Write),
            Define("fd_read", "iiii:i", WasiStreams.Read),
            Define("fd_fdstat_get", "ii:i", WasiStreams.GetStatus),
            Define("fd_filestat_get", "ii:i", WasiStreams.GetFileStatus),
            HostFunction.Define(Module, "proc_exit", "i:", Exit),
        ];

    private static IEnumerable<HostFunction> Denied() =>
        new (string Name, string Signature)[]
        {
            ("fd_advise", "iIIi:i"),
            ("fd_allocate", "iII:i"),
            ("fd_fdstat_set_rights", "iII:i"),
            ("fd_filestat_set_size", "iI:i"),
            ("fd_filestat_set_times", "iIIi:i"),
            ("fd_pread", "iiiIi:i"),
            ("fd_prestat_get", "ii:i"),
            ("fd_prestat_dir_name", "iii:i"),
            ("fd_pwrite", "iiiIi:i"),
            ("fd_readdir", "iiiIi:i"),
            ("fd_renumber", "ii:i"),
            ("path_create_directory", "iii:i"),
            ("path_filestat_get", "iiiii:i"),
            ("path_filestat_set_times", "iiiiIIi:i"),
            ("path_link", "iiiiiii:i"),
            ("path_open", "iiiiiIIii:i"),
            ("path_readlink", "iiiiii:i"),
            ("path_remove_directory", "iii:i"),
            ("path_rename", "iiiiii:i"),
            ("path_symlink", "iiiii:i"),
            ("path_unlink_file", "iii:i"),
            ("sock_accept", "iii:i"),
            ("sock_recv", "iiiiii:i"),
            ("sock_send", "iiiii:i"),
            ("sock_shutdown", "ii:i"),
        }.Select(entry =>
            Define(entry.Name, entry.Signature, static (_, _) => WasiErrno.BadDescriptor)
        );

    private static HostFunction Define(string name, string signature, WasiCall call) =>
        HostFunction.Define(
            Module,
            name,
            signature,
            (guest, values) =>
            {
                var answer = (int)call(guest, values);
                values[0].I32 = answer;
            }
        );

    private static WasiErrno StandardOnly(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        WasiStreams.IsStandard(values[0].I32) ? WasiErrno.Success : WasiErrno.BadDescriptor;

    private static WasiErrno NotSeekable(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        WasiStreams.IsStandard(values[0].I32) ? WasiErrno.NotSeekable : WasiErrno.BadDescriptor;

    /// <summary>Unwinds the guest; the invocation looks at the exit code afterwards.</summary>
    private static void Exit(GuestContext guest, Span<RawValue> values)
    {
        guest.ExitCode = values[0].I32;
        throw new GuestFaultException(
            InvocationStatus.Failed,
            $"The guest exited with status {values[0].I32}; expected 0."
        );
    }
}
