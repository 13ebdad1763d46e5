using System.ComponentModel.DataAnnotations;

namespace Waverless.Wasm;

/// <summary>
/// How this process runs WebAssembly. The process has one engine: the options of the first host
/// that starts shape it, later hosts share it (only <see cref="CacheFolder"/> is each host's own).
/// </summary>
public sealed class WasmOptions
{
    /// <summary>Instances that may exist at once, over all apps of the process.</summary>
    /// <value>Default 1000. Fewer if the address space does not hold them.</value>
    [Range(1, 10_000)]
    public int InstancesMax { get; set; } = 1_000;

    /// <summary>
    /// Memory of a finished instance that stays mapped for the next one, in bytes. As large as a
    /// guest's usual memory, it is what makes fresh instances cheap; each warm slot may hold it.
    /// </summary>
    /// <value>Default 4 MiB: a guest of 3 MB runs 5 times as fast as with 1 MiB.</value>
    [Range(0, 1 << 30)]
    public int MemoryKeptBytes { get; set; } = 4 << 20;

    /// <summary>Finished slots that stay warm for the module that used them last.</summary>
    /// <value>Default 100.</value>
    [Range(0, 10_000)]
    public int WarmSlotsMax { get; set; } = 100;

    /// <summary>Native stack of one guest call, in bytes; deeper recursion ends the call.</summary>
    /// <value>Default 512 KiB.</value>
    [Range(64 << 10, 8 << 20)]
    public int StackBytesMax { get; set; } = 512 << 10;

    /// <summary>Whether one module compiles on several cores.</summary>
    /// <value>Default true.</value>
    public bool ParallelCompilation { get; set; } = true;

    /// <summary>
    /// Folder of compiled modules, private to this user; null: every start compiles anew. Its
    /// content is native code: nobody else may be able to write there.
    /// </summary>
    /// <value>Default null.</value>
    public string? CacheFolder { get; set; }

    /// <summary>
    /// Total size of the cache folder, in bytes; the least recently used go first.
    /// </summary>
    /// <value>Default 1 GiB.</value>
    [Range(1L << 20, 1L << 40)]
    public long CacheBytesMax { get; set; } = 1L << 30;
}
