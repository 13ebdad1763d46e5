using Waverless.Storage;

namespace Waverless.Hosting;

/// <summary>Settings of a node; the section <c>Waverless</c> of a host's configuration.</summary>
public sealed class WaverlessOptions
{
    internal const string Section = "Waverless";

    /// <summary>
    /// Where data, deployed packages and compiled code are kept. A relative path starts at the
    /// host's content root. Null keeps everything in memory: nothing survives the process.
    /// </summary>
    /// <value>Default: <c>waverless-data</c>.</value>
    public string? DataFolder { get; set; } = "waverless-data";

    /// <summary>What an acknowledged commit survives.</summary>
    /// <value>Default: <see cref="StorageDurability.Process"/>, also a kill of the process.</value>
    public StorageDurability Durability { get; set; } = StorageDurability.Process;

    /// <summary>How long a stop waits for running invocations before it cancels them.</summary>
    /// <value>Default: 10 s. From 0 s to 1 h.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Events an app may have waiting before calls from outside are refused.</summary>
    /// <value>Default: 100,000. At least 1.</value>
    public long BacklogMax { get; set; } = 100_000;

    /// <summary>
    /// Bytes that an app may keep in keys, values and blobs, unless its manifest says otherwise.
    /// </summary>
    /// <value>Default: null, no bound. From 0.</value>
    public long? AppBytesMax { get; set; }

    /// <summary>Keys that an app may keep, unless its manifest says otherwise.</summary>
    /// <value>Default: null, no bound. From 0.</value>
    public long? AppKeysMax { get; set; }

    /// <summary>Attempts that an event gets before it becomes a dead letter.</summary>
    /// <value>Default: 5. From 1 to 100.</value>
    public int AttemptsMax { get; set; } = 5;

    /// <summary>How long dead letters are kept.</summary>
    /// <value>Default: 14 days. From 1 min to 10 years.</value>
    public TimeSpan DeadLetterRetention { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long an idempotency key is remembered, in store time.</summary>
    /// <value>Default: 24 h. From 1 s to 366 days.</value>
    public TimeSpan IdempotencyRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Threads for functions that do not return at once.</summary>
    /// <value>Default: 256. From 1 to 4,096.</value>
    public int GuestThreadsMax { get; set; } = 256;

    /// <summary>
    /// Wasm instances that exist at once; bounds the address space that is reserved.
    /// </summary>
    /// <value>Default: 1,000. From 1 to 10,000.</value>
    public int WasmInstancesMax { get; set; } = 1_000;
}
