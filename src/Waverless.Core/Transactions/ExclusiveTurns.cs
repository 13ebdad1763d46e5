using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>
/// The exclusive turn of each partition: while a run that has met too many conflicts holds it, the
/// commits of other atomic functions wait. First come, first served. Nobody waits for anything
/// else while holding a turn (see <see cref="Turn"/>), so nobody waits in a circle.
/// </summary>
internal sealed class ExclusiveTurns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PartitionId, LinkedList<Waiter>> _lines = [];
    private int _lineCount;

    /// <summary>Waits for the turn, behind those who came before.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async ValueTask<Turn> EnterAsync(PartitionId partition, CancellationToken ct)
    {
        var waiter = Join(partition, wantsTurn: true);
        await WaitAsync(waiter, ct);
        return new Turn(this, waiter);
    }

    /// <summary>Partitions whose turn somebody has or wants.</summary>
    public int Count => Volatile.Read(ref _lineCount);

    /// <summary>Whether nobody has or wants any partition's turn.</summary>
    public bool AreFree => Count == 0;

    /// <summary>Waits until nobody has the turn, behind those who came before.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async ValueTask PassAsync(PartitionId partition, CancellationToken ct)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (!_lines.ContainsKey(partition))
            {
                return;
            }

            waiter = Join(partition, wantsTurn: false);
        }

        await WaitAsync(waiter, ct);
        Leave(waiter);
    }

    /// <summary>Ends a turn, or a place in the line.</summary>
    internal void Leave(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node is not { } node)
            {
                return;
            }

            waiter.Node = null;
            var line = node.List!;
            line.Remove(node);
            if (line.Count == 0)
            {
                _lines.Remove(waiter.Partition);
                Volatile.Write(ref _lineCount, _lines.Count);
                return;
            }

            Admit(line);
        }
    }

    private async ValueTask WaitAsync(Waiter waiter, CancellationToken ct)
    {
        await using var registration = ct.UnsafeRegister(
            static (state, token) => ((Waiter)state!).TrySetCanceled(token),
            waiter
        );
        try
        {
            // Awaited as it is, to go on where the invocation runs.
            await waiter.Task;
        }
        catch
        {
            Leave(waiter);
            throw;
        }
    }

    private Waiter Join(PartitionId partition, bool wantsTurn)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(partition, out var line))
            {
                _lines[partition] = line = new LinkedList<Waiter>();
                Volatile.Write(ref _lineCount, _lines.Count);
            }

            var waiter = new Waiter(partition, wantsTurn);
            waiter.Node = line.AddLast(waiter);
            Admit(line);
            return waiter;
        }
    }

    /// <summary>The first of the line, and those behind it who only want to pass.</summary>
    private static void Admit(LinkedList<Waiter> line)
    {
        for (var node = line.First; node is not null; node = node.Next)
        {
            if (node.Value.WantsTurn)
            {
                if (node == line.First)
                {
                    node.Value.TrySetResult();
                }

                return;
            }

            node.Value.TrySetResult();
        }
    }

    /// <summary>A place in a line.</summary>
    internal sealed class Waiter(PartitionId partition, bool wantsTurn)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PartitionId Partition => partition;

        public bool WantsTurn => wantsTurn;

        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
