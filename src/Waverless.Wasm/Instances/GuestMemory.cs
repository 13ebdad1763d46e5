using System.Buffers.Binary;
using Waverless.Invocations;

namespace Waverless.Wasm.Instances;

/// <summary>
/// A guest's linear memory during one host call. Every address is checked against the memory's
/// current size, in 64 bits, so that nothing a guest passes can overflow or reach outside.
/// </summary>
internal readonly unsafe ref struct GuestMemory(byte* start, ulong length)
{
    internal ulong Length => length;

    /// <summary>
    /// Whether the range lies in the memory; both numbers are the guest's, unsigned.
    /// </summary>
    internal bool Contains(uint address, uint count) => (ulong)address + count <= length;

    /// <summary>A range whose bounds the guest gave as signed 32-bit integers.</summary>
    /// <param name="address">Where it starts; read as unsigned.</param>
    /// <param name="count">How many bytes; negative is refused.</param>
    /// <param name="function">The import, for the message.</param>
    /// <param name="argument">The argument, for the message.</param>
    /// <exception cref="GuestFaultException">The range is not within the memory.</exception>
    internal Span<byte> Range(int address, int count, string function, string argument)
    {
        if (count < 0 || !Contains((uint)address, (uint)count))
        {
            throw OutOfBounds(address, count, function, argument);
        }

        return new Span<byte>(start + (uint)address, count);
    }

    /// <summary>Writes an integer where the guest asked for it.</summary>
    internal void WriteInt32(int address, int value, string function, string argument) =>
        BinaryPrimitives.WriteInt32LittleEndian(
            Range(address, sizeof(int), function, argument),
            value
        );

    /// <summary>A range that <see cref="Contains"/> said is there.</summary>
    internal Span<byte> Slice(uint address, uint count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)address + count, length);
        return new Span<byte>(start + address, checked((int)count));
    }

    private GuestFaultException OutOfBounds(
        int address,
        int count,
        string function,
        string argument
    ) =>
        new(
            InvocationStatus.Trapped,
            $"{function}: {argument} names {count} bytes at address {(uint)address}; expected a "
                + $"range within the guest's memory of {length} bytes."
        );
}
