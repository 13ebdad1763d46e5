using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Composes messages: what is to be said, and the news that ride along.</summary>
internal sealed class Messenger(
    MembershipOptions options,
    MemberTable table,
    LocalLife self,
    IMembershipOutput output
)
{
    private readonly List<KeyValuePair<NodeId, MemberRecord>> _news = [];
    private readonly List<KeyValuePair<NodeId, LoadReport>> _loads = [];

    public NewsQueue<MemberRecord> News { get; } = new(MembershipCodec.BytesOf);

    public NewsQueue<LoadReport> Loads { get; } = new(MembershipCodec.BytesOf);

    /// <summary>How often a piece of news is passed on.</summary>
    public int Retransmits =>
        options.RetransmitFactor * Math.Max(1, (int)Math.Ceiling(Math.Log10(table.Count + 2)));

    /// <summary>Sends a message with news on it.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="kind">Of <see cref="ClusterMessages"/>.</param>
    /// <param name="message">What is to be said.</param>
    /// <param name="accused">
    /// What is held of the receiver, if it should object to it (Lifeguard's buddy system).
    /// </param>
    public void Send(
        NodeAddress to,
        ushort kind,
        MembershipMessage message,
        MemberRecord? accused = null
    )
    {
        _news.Clear();
        _loads.Clear();
        if (accused is not null)
        {
            _news.Add(new(accused.Id, accused));
        }

        if (kind is ClusterMessages.Ping or ClusterMessages.Ack && self.Load is { } own)
        {
            // Whoever is in touch with this node has its load at first hand.
            _loads.Add(new(self.Id, own));
        }

        News.Take(options.NewsBytesMax, Retransmits, _news);
        Loads.Take(options.LoadBytesMax, Retransmits, _loads);
        message = message with { News = [.. _news.Select(item => item.Value)], Loads = _loads };
        output.Send(to, kind, MembershipCodec.Encode(message));
    }

    /// <summary>Passes the load of another node on, less often than news of one's own.</summary>
    public void PassOn(NodeId node, LoadReport load) =>
        Loads.Add(node, load, Math.Max(0, Retransmits - options.LoadRetransmits));

    public MembershipMessage Compose() => new(self.Record);

    /// <summary>Sends a whole view, in as many messages as it takes.</summary>
    public void SendView(NodeAddress to, ushort kind)
    {
        var (news, loads) = (new List<MemberRecord>(), _loads);
        loads.Clear();
        var bytes = 0;
        if (self.Load is { } own)
        {
            loads.Add(new(self.Id, own));
        }

        foreach (var entry in table.All)
        {
            news.Add(entry.Record);
            bytes += MembershipCodec.BytesOf(entry.Record);
            if (entry.Load is { } load && load.Boot == entry.Record.Boot)
            {
                loads.Add(new(entry.Id, load));
                bytes += MembershipCodec.BytesOf(load);
            }

            if (bytes >= options.ExchangeBytesMax)
            {
                Flush();
            }
        }

        Flush();

        void Flush()
        {
            var message = Compose() with { News = news, Loads = loads };
            output.Send(to, kind, MembershipCodec.Encode(message));

            // Only the first part asks for an answer.
            kind = ClusterMessages.ExchangeReply;
            news.Clear();
            loads.Clear();
            bytes = 0;
        }
    }
}
