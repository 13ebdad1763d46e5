namespace Waverless.Kv;

/// <summary>
/// A key with its value, as a scan or a convenience read returns it; owns its memory.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Number">Revision number of the commit that wrote the value.</param>
public readonly record struct KvEntry(KvKey Key, ReadOnlyMemory<byte> Value, ulong Number);
