using System.Buffers.Binary;
using System.Text;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Wasi;

/// <summary>Arguments and environment: both are lists of zero-terminated strings.</summary>
internal static class WasiEnvironment
{
    internal static WasiErrno GetArguments(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        Write(guest, [guest.Call.Function.Name], values);

    internal static WasiErrno GetArgumentSizes(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        WriteSizes(guest, [guest.Call.Function.Name], values);

    internal static WasiErrno GetVariables(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        Write(guest, GuestVariables.Of(guest), values);

    internal static WasiErrno GetVariableSizes(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        WriteSizes(guest, GuestVariables.Of(guest), values);

    private static WasiErrno WriteSizes(
        GuestContext guest,
        IReadOnlyList<string> texts,
        ReadOnlySpan<RawValue> values
    )
    {
        var memory = guest.Memory;
        var (countAt, bytesAt) = ((uint)values[0].I32, (uint)values[1].I32);
        if (!memory.Contains(countAt, sizeof(int)) || !memory.Contains(bytesAt, sizeof(int)))
        {
            return WasiErrno.BadAddress;
        }

        BinaryPrimitives.WriteInt32LittleEndian(memory.Slice(countAt, 4), texts.Count);
        BinaryPrimitives.WriteInt32LittleEndian(memory.Slice(bytesAt, 4), BytesOf(texts));
        return WasiErrno.Success;
    }

    private static WasiErrno Write(
        GuestContext guest,
        IReadOnlyList<string> texts,
        ReadOnlySpan<RawValue> values
    )
    {
        var memory = guest.Memory;
        var (pointersAt, textAt) = ((uint)values[0].I32, (uint)values[1].I32);
        var bytes = (uint)BytesOf(texts);
        if (
            !memory.Contains(pointersAt, (uint)texts.Count * sizeof(int))
            || !memory.Contains(textAt, bytes)
        )
        {
            return WasiErrno.BadAddress;
        }

        var pointers = memory.Slice(pointersAt, (uint)texts.Count * sizeof(int));
        var text = memory.Slice(textAt, bytes);
        var used = 0;
        for (var index = 0; index < texts.Count; index++)
        {
            var pointer = textAt + (uint)used;
            BinaryPrimitives.WriteUInt32LittleEndian(pointers[(index * 4)..], pointer);
            used += Encoding.UTF8.GetBytes(texts[index], text[used..]);
            text[used++] = 0;
        }

        return WasiErrno.Success;
    }

    private static int BytesOf(IReadOnlyList<string> texts) =>
        texts.Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
}
