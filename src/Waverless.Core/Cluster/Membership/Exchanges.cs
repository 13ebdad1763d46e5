using System.Collections.Immutable;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>
/// Keeps views from drifting apart: whole views are exchanged with some member every so often, at
/// a join, and with whoever comes back; who is gone is tried again.
/// </summary>
internal sealed class Exchanges(
    MembershipOptions options,
    ImmutableArray<NodeAddress> seeds,
    MemberTable table,
    LocalLife self,
    Messenger messenger,
    Prober prober,
    Random random
)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private const int SeedsAtOnce = 3;

    private TimeSpan _nextExchange;
    private TimeSpan _nextReconnect;

    public TimeSpan Due => _nextExchange < _nextReconnect ? _nextExchange : _nextReconnect;

    public void Start(TimeSpan now)
    {
        _nextReconnect = now;
        _nextExchange = now + options.ExchangePeriod * random.NextDouble();
    }

    public void Tick(TimeSpan now)
    {
        if (now >= _nextReconnect)
        {
            _nextReconnect = now + options.ReconnectPeriod * (0.75 + 0.5 * random.NextDouble());
            Join();
            Reconnect();
        }

        if (now >= _nextExchange)
        {
            _nextExchange = now + options.ExchangePeriod * (0.75 + 0.5 * random.NextDouble());
            foreach (var entry in table.Pick(1, static entry => entry.IsPresent))
            {
                messenger.SendView(entry.Record.Profile.Address, ClusterMessages.Exchange);
            }
        }
    }

    public void Reply(MembershipMessage message) =>
        messenger.SendView(message.From.Profile.Address, ClusterMessages.ExchangeReply);

    /// <summary>Somebody who was gone, or never there, has been heard.</summary>
    public void Welcome(TimeSpan now, MemberEntry entry)
    {
        if (entry.ExchangeAfter <= now)
        {
            entry.ExchangeAfter = now + AgainAfter;
            messenger.SendView(entry.Record.Profile.Address, ClusterMessages.Exchange);
        }
    }

    /// <summary>Seeds that were never met are asked who is there.</summary>
    private void Join()
    {
        var unmet = new List<NodeAddress>();
        foreach (var seed in seeds)
        {
            if (seed.Id != self.Id && !table.TryGet(seed.Id, out _))
            {
                unmet.Add(seed);
            }
        }

        // Who knows somebody already has no hurry.
        var count = Math.Min(table.Present > 0 ? 1 : SeedsAtOnce, unmet.Count);
        for (var i = 0; i < count; i++)
        {
            var j = random.Next(i, unmet.Count);
            (unmet[i], unmet[j]) = (unmet[j], unmet[i]);
            messenger.SendView(unmet[i], ClusterMessages.Exchange);
        }
    }

    private void Reconnect()
    {
        foreach (var gone in table.Pick(1, static entry => entry.Record.Health == MemberHealth.Out))
        {
            prober.Try(gone.Record);
        }
    }
}
