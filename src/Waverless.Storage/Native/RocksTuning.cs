namespace Waverless.Storage.Native;

/// <summary>Sizes of the native database; see <see cref="RocksDbStorageOptions"/>.</summary>
internal sealed record RocksTuning(long BlockCacheBytes, long WriteBufferBytes, long LogBytesMax)
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>For a database that is looked at once.</summary>
    public static RocksTuning Small { get; } = new(Mebibyte, Mebibyte, Mebibyte);
}
