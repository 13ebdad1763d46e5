using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Cluster;
using Waverless.Cluster.Membership;
using Waverless.Messaging;
using Waverless.Messaging.Memory;

namespace Waverless.Simulation.Clusters;

/// <summary>One life of a node of a simulated cluster.</summary>
internal sealed class SimMember : ITransportHandler
{
    private readonly SimCluster _cluster;

    public SimMember(SimCluster cluster, NodeAddress address)
    {
        _cluster = cluster;
        Id = address.Id;
        Scheduler = new LoopScheduler(cluster.Loop);
        Transport = cluster.Network.Join(address, Scheduler);
        var random = new Random(cluster.Loop.Random.Next());
        Boot = BootId.Next(cluster.Loop.Clock.GetUtcNow() + cluster.ClockSkew, random);
        Membership = new SwimMembership(
            new SwimParts
            {
                Transport = Transport,
                Profile = new MemberProfile(address, NodeRoles.All),
                Boot = Boot,
                Seeds = cluster.Seeds,
                Time = cluster.Loop.Clock,
                Scheduler = Scheduler,
                Random = random,
                Meters = new TestMeters(),
                Loggers = NullLoggerFactory.Instance,
                Options = cluster.Options,
            }
        );
        StartedAt = cluster.Loop.Clock.Elapsed;
    }

    public NodeId Id { get; }

    public ulong Boot { get; }

    public LoopScheduler Scheduler { get; }

    public MemoryTransport Transport { get; }

    public SwimMembership Membership { get; }

    public TimeSpan StartedAt { get; }

    /// <summary>Takes everything that is not the membership's.</summary>
    public ITransportHandler? Others { get; set; }

    public bool IsAlive { get; private set; } = true;

    public async Task StartAsync()
    {
        await Transport.ListenAsync(this, default);
        await Scheduler.Start(() =>
        {
            Membership.Start();
            return Task.CompletedTask;
        });
    }

    /// <summary>What it takes another node for; null: it does not know its present life.</summary>
    public MemberState? Sees(SimMember other) =>
        Membership.Current.Find(other.Id) is { } found && found.Boot == other.Membership.Local.Boot
            ? found.State
            : null;

    public void Kill()
    {
        IsAlive = false;
        Scheduler.Kill();
        _ = Membership.DisposeAsync().AsTask();
    }

    /// <summary>Says goodbye and stops.</summary>
    public async Task LeaveAsync()
    {
        await Scheduler.Start(() => Membership.LeaveAsync(default));
        Kill();
        await Transport.DisposeAsync();
    }

    public ValueTask<TransportReply> OnRequestAsync(
        NodeId from,
        TransportMessage message,
        CancellationToken ct
    ) => Others?.OnRequestAsync(from, message, ct) ?? throw new NotSupportedException();

    public ValueTask OnPostAsync(NodeId from, TransportMessage message) =>
        message.Kind <= ClusterMessages.ExchangeReply
            ? Membership.OnPostAsync(from, message)
            : Others?.OnPostAsync(from, message) ?? default;

    public ValueTask OnStreamAsync(TransportStream stream, CancellationToken ct) =>
        Others?.OnStreamAsync(stream, ct) ?? default;
}
