using Waverless.Cluster.Membership;

namespace Waverless.Cluster.Calls;

/// <summary>
/// Tells who waits for a node that the node is out, or lives again and has forgotten what it did:
/// a connection to a host that has died says nothing for long. Thread-safe.
/// </summary>
internal sealed class Absences
{
    private readonly Lock _lock = new();
    private readonly HashSet<Waiting> _waiting = [];
    private readonly Dictionary<NodeId, ulong> _lives = [];

    /// <summary>A token that fires when the node is gone, or when the given one does.</summary>
    public Waiting Watch(NodeId node, CancellationToken ct)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        lock (_lock)
        {
            var waiting = new Waiting(this, node, _lives.GetValueOrDefault(node), source);
            _waiting.Add(waiting);
            return waiting;
        }
    }

    /// <summary>Takes in a new view of the cluster.</summary>
    public void Learn(MembershipView view)
    {
        List<Waiting> gone;
        lock (_lock)
        {
            _lives.Clear();
            foreach (var member in view.Members.Where(member => member.IsPresent))
            {
                _lives[member.Id] = member.Boot;
            }

            // Who was not known when the waiting began is not missed.
            gone =
            [
                .. _waiting.Where(waiting =>
                    waiting.Life != 0 && _lives.GetValueOrDefault(waiting.Node) != waiting.Life
                ),
            ];
        }

        foreach (var waiting in gone)
        {
            waiting.End();
        }
    }

    /// <summary>Waits for one life of a node.</summary>
    internal sealed class Waiting(
        Absences absences,
        NodeId node,
        ulong life,
        CancellationTokenSource source
    ) : IDisposable
    {
        public NodeId Node => node;

        public ulong Life => life;

        public CancellationToken Token { get; } = source.Token;

        public void End()
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The answer came just now.
            }
        }

        public void Dispose()
        {
            lock (absences._lock)
            {
                absences._waiting.Remove(this);
            }

            source.Dispose();
        }
    }
}
