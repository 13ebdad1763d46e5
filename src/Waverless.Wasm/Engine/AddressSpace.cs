using System.Runtime.InteropServices;

namespace Waverless.Wasm.Engine;

/// <summary>
/// Asks the operating system whether it would reserve that much address space. Wasmtime aborts the
/// process when its pool cannot be reserved, so the pool is tried out first.
/// </summary>
internal static unsafe partial class AddressSpace
{
    private const int MapPrivate = 0x02;
    private const int MapAnonymousLinux = 0x20;
    private const int MapNoReserveLinux = 0x4000;
    private const int MapAnonymousMac = 0x1000;
    private const uint MemReserve = 0x2000;
    private const uint MemRelease = 0x8000;
    private const uint PageNoAccess = 0x01;

    /// <summary>Whether one block of that many bytes can be reserved now.</summary>
    internal static bool CanReserve(ulong bytes)
    {
        if (bytes > (ulong)nint.MaxValue)
        {
            return false;
        }

        return OperatingSystem.IsWindows() ? TryWindows((nuint)bytes) : TryUnix((nuint)bytes);
    }

    private static bool TryUnix(nuint bytes)
    {
        var flags = OperatingSystem.IsMacOS()
            ? MapPrivate | MapAnonymousMac
            : MapPrivate | MapAnonymousLinux | MapNoReserveLinux;
        var block = Map(0, bytes, 0, flags, -1, 0);
        if (block == -1)
        {
            return false;
        }

        _ = Unmap(block, bytes);
        return true;
    }

    private static bool TryWindows(nuint bytes)
    {
        var block = VirtualAlloc(0, bytes, MemReserve, PageNoAccess);
        return block != 0 && VirtualFree(block, 0, MemRelease) != 0;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(
        nint address,
        nuint length,
        int protection,
        int flags,
        int descriptor,
        nint offset
    );

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc")]
    private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualFree")]
    private static partial int VirtualFree(nint address, nuint size, uint type);
}
