using System.Runtime.InteropServices;

namespace Waverless.Storage.Native;

/// <summary>Turns the library's error strings into typed exceptions.</summary>
internal static class NativeFailure
{
    /// <summary>Throws if <paramref name="error"/> holds a message, and releases it.</summary>
    public static void ThrowIfAny(nint error)
    {
        if (error != 0)
        {
            throw Take(error);
        }
    }

    /// <summary>Takes the message over and releases the library's memory.</summary>
    public static RocksDbException Take(nint error)
    {
        var message = Marshal.PtrToStringUTF8(error) ?? "unknown error";
        RocksDbNative.rocksdb_free(error);
        return new RocksDbException(Classify(message), message);
    }

    /// <summary>
    /// The kind of a failure. The C API reports statuses only as text; the prefixes are those of
    /// <c>Status::ToString</c> and of the POSIX file system, stable since RocksDB 5.
    /// </summary>
    public static NativeErrorKind Classify(string message)
    {
        if (
            message.Contains("No space left", StringComparison.OrdinalIgnoreCase)
            || message.Contains("Disk quota exceeded", StringComparison.OrdinalIgnoreCase)
            || message.Contains("not enough space", StringComparison.OrdinalIgnoreCase)
            || message.Contains("space limit reached", StringComparison.OrdinalIgnoreCase)
        )
        {
            return NativeErrorKind.OutOfSpace;
        }

        if (
            message.Contains("While lock file", StringComparison.OrdinalIgnoreCase)
            || message.Contains("lock hold by current process", StringComparison.OrdinalIgnoreCase)
        )
        {
            return NativeErrorKind.Locked;
        }

        return message.StartsWith("Corruption", StringComparison.Ordinal)
            ? NativeErrorKind.Corrupt
            : NativeErrorKind.InputOutput;
    }
}
