namespace Waverless.Cluster.Membership;

/// <summary>
/// News that are passed on a number of times each, those first that were passed on least. Newer
/// news of a node take the place of older ones.
/// </summary>
internal sealed class NewsQueue<T>(Func<T, int> bytesOf)
{
    private readonly Dictionary<NodeId, Item> _items = [];
    private readonly List<Queue<Item>> _bySent = [];

    public bool IsEmpty => _items.Count == 0;

    public int Count => _items.Count;

    /// <summary>Queues news.</summary>
    /// <param name="node">Whom they are about.</param>
    /// <param name="news">What.</param>
    /// <param name="skip">How often they count as sent already.</param>
    public void Add(NodeId node, T news, int skip = 0)
    {
        var item = new Item(node, news);
        if (_items.TryGetValue(node, out var old))
        {
            old.IsOld = true;
        }

        _items[node] = item;
        Level(skip).Enqueue(item);
    }

    public void Remove(NodeId node)
    {
        if (_items.Remove(node, out var item))
        {
            item.IsOld = true;
        }
    }

    /// <summary>Takes what fits, each at most so often.</summary>
    public void Take(int bytes, int timesMax, List<KeyValuePair<NodeId, T>> into)
    {
        var first = into.Count;
        var moves = new List<(int Sent, Item Item)>();
        for (var sent = 0; sent < _bySent.Count; sent++)
        {
            var level = _bySent[sent];
            while (level.TryPeek(out var item))
            {
                if (item.IsOld)
                {
                    level.Dequeue();
                    continue;
                }

                var size = bytesOf(item.News);
                if (size > bytes && into.Count > first)
                {
                    Requeue(moves, timesMax);
                    return;
                }

                bytes -= size;
                level.Dequeue();
                into.Add(new(item.Node, item.News));
                moves.Add((sent + 1, item));
                if (bytes <= 0)
                {
                    Requeue(moves, timesMax);
                    return;
                }
            }
        }

        Requeue(moves, timesMax);
    }

    private void Requeue(List<(int Sent, Item Item)> moves, int timesMax)
    {
        foreach (var (sent, item) in moves)
        {
            if (sent < timesMax)
            {
                Level(sent).Enqueue(item);
            }
            else
            {
                _items.Remove(item.Node);
            }
        }
    }

    private Queue<Item> Level(int sent)
    {
        while (_bySent.Count <= sent)
        {
            _bySent.Add(new Queue<Item>());
        }

        return _bySent[sent];
    }

    private sealed class Item(NodeId node, T news)
    {
        public NodeId Node => node;

        public T News => news;

        public bool IsOld { get; set; }
    }
}
