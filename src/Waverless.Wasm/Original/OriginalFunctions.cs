using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Waverless.Wasm.Host;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Original;

/// <summary>The five imports of the original guest ABI, in their namespace <c>env</c>.</summary>
internal static class OriginalFunctions
{
    internal const string Module = "env";

    /// <summary>Bytes that are read between two looks at the deadline.</summary>
    private const int ReadChunkBytes = 4 << 20;

    internal static ImmutableArray<HostFunction> All { get; } =
    [
        HostFunction.Define(Module, "kv_batch_ope", "iii:", BatchOperate),
        HostFunction.Define(Module, "kv_batch_res", "iii:", BatchResult),
        HostFunction.Define(Module, "open_file", "iii:", OpenFile),
        HostFunction.Define(Module, "read_file_at", "iiiii:", ReadFileAt),
        HostFunction.Define(Module, "write_result", "ii:", WriteResult),
    ];

    private static void BatchOperate(GuestContext guest, Span<RawValue> values) =>
        guest.Batches.Run(guest, values[0].I32, values[1].I32, values[2].I32);

    private static void BatchResult(GuestContext guest, Span<RawValue> values) =>
        guest.Batches.Answer(guest, values[0].I32, values[1].I32, values[2].I32);

    private static void OpenFile(GuestContext guest, Span<RawValue> values)
    {
        const string function = "open_file";
        var memory = guest.Memory;
        var name = memory.Range(values[0].I32, values[1].I32, function, "name_ptr");
        _ = memory.Range(values[2].I32, sizeof(int), function, "out_fd_ptr");
        var file = guest.Files.Open(guest.App.Files, name, out var refusal);
        if (refusal is not null)
        {
            guest.Host.Log(LogLevel.Warning, refusal);
        }

        memory.WriteInt32(values[2].I32, file, function, "out_fd_ptr");
    }

    private static void ReadFileAt(GuestContext guest, Span<RawValue> values)
    {
        const string function = "read_file_at";
        var memory = guest.Memory;
        var buffer = memory.Range(values[1].I32, values[2].I32, function, "buf_ptr");
        _ = memory.Range(values[4].I32, sizeof(int), function, "out_len_ptr");
        long offset = (uint)values[3].I32;
        var read = 0;
        do
        {
            guest.ThrowIfOver();
            var part = buffer.Slice(read, Math.Min(ReadChunkBytes, buffer.Length - read));
            var count = guest.Files.Read(values[0].I32, part, offset + read);
            read += count;
            if (count < part.Length)
            {
                break;
            }
        } while (read < buffer.Length);

        memory.WriteInt32(values[4].I32, read, function, "out_len_ptr");
    }

    private static void WriteResult(GuestContext guest, Span<RawValue> values) =>
        guest.Output.SetResult(
            guest.Memory.Range(values[0].I32, values[1].I32, "write_result", "ptr")
        );
}
