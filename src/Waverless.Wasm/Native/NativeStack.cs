using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>
/// How much stack the calling thread has left. Wasmtime bounds a guest's recursion by its own
/// limit, not by the thread's end: without room for that limit a recursion would end the process.
/// </summary>
internal static unsafe partial class NativeStack
{
    /// <summary>Room that host calls and the runtime need below a guest's own stack.</summary>
    internal const int ReserveBytes = 256 << 10;

    private const int AttributesBytes = 256;

    // The lowest usable address of each thread's stack; 0: not looked up yet.
    [ThreadStatic]
    private static nuint _end;

    /// <summary>Whether a guest with that much stack can run here.</summary>
    internal static bool HasRoomFor(int guestBytes) =>
        Remaining >= (nuint)guestBytes + ReserveBytes;

    private static nuint Remaining
    {
        get
        {
            byte here;
            var now = (nuint)(&here);
            if (_end == 0)
            {
                _end = FindEnd();
            }

            return now > _end ? now - _end : 0;
        }
    }

    /// <summary>1, which no stack reaches, where the system does not tell.</summary>
    private static nuint FindEnd()
    {
        nuint end;
        if (OperatingSystem.IsWindows())
        {
            nuint high;
            GetCurrentThreadStackLimits(&end, &high);
            return end;
        }

        if (OperatingSystem.IsMacOS())
        {
            var self = Self();
            return StackTop(self) - StackSize(self);
        }

        var attributes = stackalloc byte[AttributesBytes];
        if (!OperatingSystem.IsLinux() || GetAttributes(Self(), attributes) != 0)
        {
            return 1;
        }

        nuint size;
        var known = GetStack(attributes, &end, &size) == 0;
        _ = DestroyAttributes(attributes);
        return known ? end : 1;
    }

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    private static partial nint Self();

    [LibraryImport("libc", EntryPoint = "pthread_getattr_np")]
    private static partial int GetAttributes(nint thread, byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_attr_getstack")]
    private static partial int GetStack(byte* attributes, nuint* lowest, nuint* size);

    [LibraryImport("libc", EntryPoint = "pthread_attr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "pthread_get_stackaddr_np")]
    private static partial nuint StackTop(nint thread);

    [LibraryImport("libc", EntryPoint = "pthread_get_stacksize_np")]
    private static partial nuint StackSize(nint thread);

    [LibraryImport("kernel32", EntryPoint = "GetCurrentThreadStackLimits")]
    private static partial void GetCurrentThreadStackLimits(nuint* low, nuint* high);
}
