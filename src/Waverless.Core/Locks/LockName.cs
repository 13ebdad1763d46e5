using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>What is locked: a key of a partition.</summary>
/// <param name="Partition">Where the key lives, and the lock with it.</param>
/// <param name="Key">The key; owns its memory.</param>
internal readonly record struct LockName(PartitionId Partition, KvKey Key);
