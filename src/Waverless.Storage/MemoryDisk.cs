using Waverless.Storage.Keyspaces;

namespace Waverless.Storage;

/// <summary>
/// What a <see cref="MemoryStorageEngine"/> leaves behind, so that another can go on from it, as
/// after a restart. Used by one engine at a time.
/// </summary>
public sealed class MemoryDisk
{
    internal MemoryVolume Volume { get; } = new();
}
