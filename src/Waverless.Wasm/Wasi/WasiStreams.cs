using System.Buffers;
using System.Buffers.Binary;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Loading;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Wasi;

/// <summary>
/// The three standard streams. A command reads the payload and writes its answer; what other
/// guests write goes to the log of their invocation, as does everything on standard error.
/// </summary>
internal static class WasiStreams
{
    /// <summary>Most buffers in one read or write.</summary>
    internal const int BuffersMax = 1_024;

    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;
    private const int BufferEntryBytes = 8;
    private const int StatusBytes = 24;
    private const int FileStatusBytes = 64;
    private const byte CharacterDevice = 2;
    private const byte UnknownType = 0;
    private const ulong RightRead = 1 << 1;
    private const ulong RightWrite = 1 << 6;

    internal static bool IsStandard(int descriptor) => descriptor is >= Input and <= Error;

    internal static WasiErrno Write(GuestContext guest, ReadOnlySpan<RawValue> values)
    {
        var descriptor = values[0].I32;
        return descriptor is Output or Error
            ? Transfer(guest, values, descriptor)
            : WasiErrno.BadDescriptor;
    }

    internal static WasiErrno Read(GuestContext guest, ReadOnlySpan<RawValue> values) =>
        values[0].I32 == Input ? Transfer(guest, values, Input) : WasiErrno.BadDescriptor;

    /// <summary>
    /// Says what a stream is. A log is a terminal, so that guests flush it line by line; the
    /// answer of a command is not.
    /// </summary>
    internal static WasiErrno GetStatus(GuestContext guest, ReadOnlySpan<RawValue> values)
    {
        var (descriptor, address) = (values[0].I32, (uint)values[1].I32);
        if (!IsStandard(descriptor))
        {
            return WasiErrno.BadDescriptor;
        }

        var memory = guest.Memory;
        if (!memory.Contains(address, StatusBytes))
        {
            return WasiErrno.BadAddress;
        }

        var status = memory.Slice(address, StatusBytes);
        status.Clear();
        status[0] = TypeOf(guest, descriptor);
        BinaryPrimitives.WriteUInt64LittleEndian(
            status[8..],
            descriptor == Input ? RightRead : RightWrite
        );
        return WasiErrno.Success;
    }

    internal static WasiErrno GetFileStatus(GuestContext guest, ReadOnlySpan<RawValue> values)
    {
        var (descriptor, address) = (values[0].I32, (uint)values[1].I32);
        if (!IsStandard(descriptor))
        {
            return WasiErrno.BadDescriptor;
        }

        var memory = guest.Memory;
        if (!memory.Contains(address, FileStatusBytes))
        {
            return WasiErrno.BadAddress;
        }

        var status = memory.Slice(address, FileStatusBytes);
        status.Clear();
        status[16] = TypeOf(guest, descriptor);
        return WasiErrno.Success;
    }

    private static byte TypeOf(GuestContext guest, int descriptor) =>
        guest.App.Abi == GuestAbi.Command && descriptor != Error ? UnknownType : CharacterDevice;

    /// <summary>Walks the list of buffers, whose entries are an address and a length.</summary>
    private static WasiErrno Transfer(
        GuestContext guest,
        ReadOnlySpan<RawValue> values,
        int descriptor
    )
    {
        var memory = guest.Memory;
        var (list, count, totalAt) = (
            (uint)values[1].I32,
            (uint)values[2].I32,
            (uint)values[3].I32
        );
        if (count > BuffersMax)
        {
            return WasiErrno.InvalidArgument;
        }

        if (!memory.Contains(list, count * BufferEntryBytes) || !memory.Contains(totalAt, 4))
        {
            return WasiErrno.BadAddress;
        }

        uint total = 0;
        for (uint index = 0; index < count; index++)
        {
            var entry = memory.Slice(list + (index * BufferEntryBytes), BufferEntryBytes);
            var address = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
            if (!memory.Contains(address, length) || length > int.MaxValue)
            {
                return WasiErrno.BadAddress;
            }

            var buffer = memory.Slice(address, length);
            var moved = Move(guest, buffer, descriptor);
            total += (uint)moved;
            if (moved < buffer.Length)
            {
                break;
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(memory.Slice(totalAt, 4), total);
        return WasiErrno.Success;
    }

    private static int Move(GuestContext guest, Span<byte> buffer, int descriptor)
    {
        if (descriptor == Input)
        {
            return ReadPayload(guest, buffer);
        }

        if (descriptor == Output && guest.App.Abi == GuestAbi.Command)
        {
            guest.Output.AppendResult(buffer);
        }
        else
        {
            guest.Output.AppendLog(guest.Host, buffer, isError: descriptor == Error);
        }

        return buffer.Length;
    }

    private static int ReadPayload(GuestContext guest, Span<byte> buffer)
    {
        if (guest.App.Abi != GuestAbi.Command)
        {
            return 0;
        }

        var bytes = guest.Call.Payload.Bytes;
        var rest = bytes.Slice(guest.InputPosition ?? bytes.Start);
        var part = rest.Slice(0, Math.Min(rest.Length, buffer.Length));
        part.CopyTo(buffer);
        guest.InputPosition = part.End;
        return (int)part.Length;
    }
}
