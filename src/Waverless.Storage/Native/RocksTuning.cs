namespace Waverless.Storage.Native;

/// <summary>Sizes of the native database; see <see cref="RocksDbStorageOptions"/>.</summary>
internal sealed record RocksTuning(long BlockCacheBytes, long WriteBufferBytes, long LogBytesMax);
