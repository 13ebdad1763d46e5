using System.Collections.Immutable;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>
/// SWIM with suspicions, Lifeguard's extensions and exchanges of whole views, as a state machine:
/// it is told the time and what arrives, and tells what to send. Not thread-safe.
/// </summary>
internal sealed class MembershipProtocol
{
    private static readonly TimeSpan ForgetPeriod = TimeSpan.FromMinutes(1);

    private readonly MembershipOptions _options;
    private readonly MemberTable _table;
    private readonly LocalLife _self;
    private readonly LocalHealth _health = new();
    private readonly Messenger _messenger;
    private readonly ProbeOrder _order;
    private readonly MemberClaims _claims;
    private readonly Prober _prober;
    private readonly Exchanges _exchanges;
    private readonly IMembershipOutput _output;
    private readonly HashSet<NodeId> _heardGoodbye = [];
    private TimeSpan _nextGossip;
    private TimeSpan _nextForget;

    public MembershipProtocol(
        MembershipOptions options,
        ulong boot,
        MemberProfile profile,
        ImmutableArray<NodeAddress> seeds,
        Random random,
        IMembershipOutput output
    )
    {
        (_options, _output) = (options, output);
        _self = new LocalLife(boot, profile);
        _table = new MemberTable(_self.Id, random);
        _messenger = new Messenger(options, _table, _self, output);
        _order = new ProbeOrder(_table, random);
        _claims = new MemberClaims(
            options,
            _table,
            _self,
            _health,
            _messenger,
            _order,
            random,
            output
        );
        _prober = new Prober(options, _table, _self, _health, _messenger, _order, output)
        {
            Failed = (now, claim) => _claims.Take(now, claim, accuses: true, "it did not answer"),
        };
        _exchanges = new Exchanges(options, seeds, _table, _self, _messenger, _prober, random);
        _claims.TryAgain = (_, entry) => _prober.Try(entry.Record);
        Seeds = [.. seeds.Select(seed => seed.Id)];
    }

    public MemberRecord Self => _self.Record;

    public LoadReport? Load => _self.Load;

    public bool IsReplaced => _self.IsReplaced;

    /// <summary>The other nodes, in no order.</summary>
    public IReadOnlyList<MemberEntry> Others => _table.All;

    public int HealthScore => _health.Score;

    /// <summary>Nodes that were ignored because the view was full.</summary>
    public long Ignored => _claims.Ignored;

    /// <summary>Whether enough others have heard that this node has left.</summary>
    public bool IsGoodbyeHeard =>
        _self.HasLeft && _heardGoodbye.Count >= Math.Min(2, _table.Present);

    private ImmutableHashSet<NodeId> Seeds { get; }

    /// <summary>When to call <see cref="Tick"/> next, unless something arrives before.</summary>
    public TimeSpan Due
    {
        get
        {
            if (_self.IsReplaced)
            {
                return TimeSpan.MaxValue;
            }

            if (_self.HasLeft)
            {
                return _nextGossip;
            }

            var due = _prober.Due;
            due = _exchanges.Due < due ? _exchanges.Due : due;
            due = _claims.Due is var suspicion && suspicion < due ? suspicion : due;
            return !_messenger.News.IsEmpty && _nextGossip < due ? _nextGossip : due;
        }
    }

    public MemberEntry? Find(NodeId id) => _table.TryGet(id, out var entry) ? entry : null;

    public void Start(TimeSpan now)
    {
        _claims.Announce();
        _exchanges.Start(now);
        _exchanges.Tick(now);
    }

    public void Tick(TimeSpan now)
    {
        if (_self.IsReplaced)
        {
            return;
        }

        if (_self.HasLeft)
        {
            SayGoodbye(now);
            return;
        }

        _claims.EndSuspicions(now);
        _prober.Tick(now);
        _exchanges.Tick(now);
        if (now >= _nextGossip && !_messenger.News.IsEmpty)
        {
            _nextGossip = now + _options.GossipPeriod;
            foreach (var entry in _table.Pick(_options.GossipFanOut, static e => e.IsPresent))
            {
                _messenger.Send(
                    entry.Record.Profile.Address,
                    ClusterMessages.Gossip,
                    _messenger.Compose(),
                    entry.Record.IfAccused
                );
            }
        }

        if (now >= _nextForget)
        {
            _nextForget = now + ForgetPeriod;
            Forget(now);
        }
    }

    public void Receive(TimeSpan now, NodeId from, ushort kind, ReadOnlySpan<byte> bytes)
    {
        if (_self.IsReplaced)
        {
            return;
        }

        var message = MembershipCodec.TryDecode(bytes, out var why);
        if (message is null || message.From.Id != from)
        {
            _output.Malformed(from, why ?? $"a message that says to be of {message!.From.Id}");
            return;
        }

        if (_self.HasLeft)
        {
            if (kind == ClusterMessages.Ack)
            {
                _heardGoodbye.Add(from);
            }

            return;
        }

        var known = Find(from)?.Record;
        Take(now, message);
        if (from == _self.Id || _self.IsReplaced)
        {
            return;
        }

        Answer(now, kind, message);
        Greet(now, known, from);
    }

    /// <summary>Tells the others of this node's load.</summary>
    public void Report(ReadOnlyMemory<byte> load) => _self.Report(load);

    /// <summary>Changes what this node says of itself.</summary>
    public void Change(MemberProfile profile)
    {
        if (!_self.HasLeft)
        {
            var before = _self.Record;
            _self.Change(profile);
            _claims.Announce();
            _output.Changed(before, _self.Record, "its own wish");
        }
    }

    public void Leave(TimeSpan now)
    {
        if (!_self.HasLeft && !_self.IsReplaced)
        {
            var before = _self.Record;
            _self.Leave();
            _output.Changed(before, _self.Record, "its own wish");
            SayGoodbye(now);
        }
    }

    private void Take(TimeSpan now, MembershipMessage message)
    {
        _claims.Take(now, message.From, accuses: true, "it says so");
        var accuses = Find(message.From.Id) is { IsPresent: true };
        foreach (var claim in message.News)
        {
            _claims.Take(now, claim, accuses, $"node {message.From.Id} says so");
        }

        foreach (var (node, load) in message.Loads)
        {
            if (_table.TryGet(node, out var entry) && load.Overrides(entry.Load))
            {
                entry.Load = load;
                _messenger.PassOn(node, load);
            }
        }
    }

    private void Answer(TimeSpan now, ushort kind, MembershipMessage message)
    {
        switch (kind)
        {
            case ClusterMessages.Ping:
                OutbidIfOver(message.Boot);
                _prober.OnPing(message, Find(message.From.Id)?.Record);
                break;
            case ClusterMessages.Ack:
                _prober.OnAck(now, message);
                break;
            case ClusterMessages.PingRequest:
                _prober.OnPingRequest(now, message);
                break;
            case ClusterMessages.Nack:
                _prober.OnNack(message);
                break;
            case ClusterMessages.Exchange:
                _exchanges.Reply(message);
                break;
            case ClusterMessages.Gossip or ClusterMessages.ExchangeReply:
                break;
            default:
                _output.Malformed(message.From.Id, $"a message of kind {kind}");
                break;
        }
    }

    /// <summary>
    /// A ping for a later life has reached this one: they have one address, so that one is over.
    /// </summary>
    private void OutbidIfOver(ulong boot)
    {
        if (boot > _self.Record.Boot)
        {
            var before = _self.Record;
            _self.Outbid(boot);
            _claims.Announce();
            _output.Changed(before, _self.Record, "its number was below that of a life before");
        }
    }

    private void Greet(TimeSpan now, MemberRecord? known, NodeId from)
    {
        if (Find(from) is not { } entry)
        {
            return;
        }

        if (entry.Record.Health == MemberHealth.Out)
        {
            if (entry.TryAfter <= now)
            {
                entry.TryAfter = now + _options.ReconnectPeriod;
                _prober.Try(entry.Record);
            }
        }
        else if (entry.IsPresent && (known is null || !known.IsPresent))
        {
            _exchanges.Welcome(now, entry);
        }
    }

    private void SayGoodbye(TimeSpan now)
    {
        _nextGossip = now + _options.GossipPeriod;
        foreach (var entry in _table.Pick(_options.GossipFanOut, static e => e.IsPresent))
        {
            _messenger.Send(
                entry.Record.Profile.Address,
                ClusterMessages.Ping,
                _messenger.Compose()
            );
        }
    }

    private void Forget(TimeSpan now)
    {
        for (var i = _table.All.Count - 1; i >= 0; i--)
        {
            var entry = _table.All[i];
            if (
                !entry.IsPresent
                && !Seeds.Contains(entry.Id)
                && now - entry.Since > _options.RememberGone
            )
            {
                _table.Remove(entry);
                _output.Forgotten(entry.Record);
            }
        }
    }
}
