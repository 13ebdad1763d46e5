using Microsoft.Extensions.Configuration;
using Waverless.Scheduling;
using Waverless.Storage;
using Waverless.Transport;

namespace Waverless.Hosting;

/// <summary>Settings of a node; the section <c>Waverless</c> of a host's configuration.</summary>
public sealed class WaverlessOptions
{
    internal const string Section = "Waverless";
    internal const string NodesSection = "Nodes";
    internal const string JoinSection = "Join";

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
    /// Timers that code may keep in a partition. Code of the host that would add to more is told
    /// <c>Overloaded</c>; functions may go on to ten times as many, and then get
    /// <c>StorageFull</c>.
    /// </summary>
    /// <value>Default: 1,000,000. From 1 to 1,000,000,000.</value>
    public long TimersMax { get; set; } = 1_000_000;

    /// <summary>
    /// Delayed messages that a partition may keep. Code of the host that would add to more is told
    /// <c>Overloaded</c>; functions may go on to ten times as many, and then get
    /// <c>StorageFull</c>.
    /// </summary>
    /// <value>Default: 1,000,000. From 1 to 1,000,000,000.</value>
    public long DelayedMessagesMax { get; set; } = 1_000_000;

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

    /// <summary>
    /// The file that names the nodes of the cluster (docs/cluster.md). A relative path starts at
    /// the host's content root. The same can stand in the configuration itself, as
    /// <c>Waverless:Nodes</c>. Without both the node is by itself.
    /// </summary>
    /// <value>Default: null.</value>
    public string? ClusterFile { get; set; }

    /// <summary>Which node of the cluster this host is.</summary>
    /// <value>
    /// Default: null; needed with <see cref="ClusterFile"/> or <c>Nodes</c>. From 1.
    /// </value>
    public uint? NodeId { get; set; }

    /// <summary>
    /// The cluster's name: nodes of another one are not talked to. Letters, digits, <c>-</c>,
    /// <c>.</c>.
    /// </summary>
    /// <value>Default: <c>waverless</c>.</value>
    public string ClusterName { get; set; } = "waverless";

    /// <summary>
    /// Where the certificates of the cluster's nodes are: <c>authority.crt</c> and
    /// <c>node.pem</c>, or <c>authority.pem</c>, from which a node makes its own. A cluster whose
    /// nodes are all on the loopback makes its authority itself. A relative path starts at the
    /// cluster file's folder, or without one at the host's content root.
    /// </summary>
    /// <value>Default: <c>waverless-certificates</c>.</value>
    public string CertificateFolder { get; set; } = "waverless-certificates";

    /// <summary>What carries the messages between nodes.</summary>
    /// <value>Default: QUIC where the machine can, else TCP with TLS 1.3.</value>
    public TransportKind Transport { get; set; } = TransportKind.Automatic;

    /// <summary>The scheduler of functions that do not have to run at one node.</summary>
    /// <value>Default: <c>adaptive</c>; see <see cref="SchedulerNames"/>.</value>
    public string Scheduler { get; set; } = SchedulerNames.Adaptive;

    /// <summary>
    /// The TCP port where this node takes joins of nodes that have a token, once it has given one
    /// out. Only a node that has the key of the cluster's authority does (docs/cluster.md).
    /// </summary>
    /// <value>Default: null, two above the port for other nodes. From 1 to 65,535.</value>
    public int? JoinPort { get; set; }

    /// <summary>How the node joins a cluster, if the configuration says so.</summary>
    internal IConfigurationSection? Join { get; private set; }

    /// <summary>The nodes of the cluster, if the configuration names them.</summary>
    internal IConfigurationSection? Nodes { get; private set; }

    /// <summary>Takes over what a section of the configuration says.</summary>
    internal void Read(IConfiguration section)
    {
        section.Bind(this);
        var nodes = section.GetSection(NodesSection);
        if (nodes.Exists())
        {
            Nodes = nodes;
        }

        var join = section.GetSection(JoinSection);
        if (join.Exists())
        {
            Join = join;
        }
    }
}
