namespace Waverless.Storage.Native;

/// <summary>A failure that the native library reported, with its own words.</summary>
internal sealed class RocksDbException(NativeErrorKind kind, string message) : Exception(message)
{
    /// <summary>What it means.</summary>
    public NativeErrorKind Kind { get; } = kind;
}
