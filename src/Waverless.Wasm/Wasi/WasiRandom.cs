using System.Security.Cryptography;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Wasi;

/// <summary>Random bytes, from the operating system.</summary>
internal static class WasiRandom
{
    private const uint ChunkBytes = 1 << 20;

    internal static WasiErrno Get(GuestContext guest, ReadOnlySpan<RawValue> values)
    {
        var memory = guest.Memory;
        var (address, count) = ((uint)values[0].I32, (uint)values[1].I32);
        if (!memory.Contains(address, count))
        {
            return WasiErrno.BadAddress;
        }

        for (uint done = 0; done < count; done += ChunkBytes)
        {
            guest.ThrowIfOver();
            var part = Math.Min(ChunkBytes, count - done);
            RandomNumberGenerator.Fill(memory.Slice(address + done, part));
        }

        return WasiErrno.Success;
    }
}
