namespace Waverless.Transport.Lanes;

/// <summary>
/// The requests of a lane that wait for answers, by number. A number is a place and a count of the
/// uses of places, so that a late answer meets nobody. Thread-safe.
/// </summary>
internal sealed class PendingRequests
{
    private const int PlaceBits = 20;
    private const ulong PlaceMask = (1 << PlaceBits) - 1;
    private const int PlacesAtFirst = 64;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private PendingRequest?[] _places = [];
    private ulong _uses;
    private int _count;
    private bool _isClosed;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a request in and numbers it; false: the lane is closed.</summary>
    public bool TryAdd(PendingRequest request)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            if (!_free.TryPop(out var place))
            {
                place = Grow();
            }

            request.Id = (++_uses << PlaceBits) | (uint)place;
            _places[place] = request;
            _count++;
            return true;
        }
    }

    /// <summary>Takes a request out: whoever gets it completes it. Null: somebody has.</summary>
    public PendingRequest? Take(ulong id)
    {
        var place = (int)(id & PlaceMask);
        lock (_gate)
        {
            if (place >= _places.Length || _places[place] is not { } request || request.Id != id)
            {
                return null;
            }

            Remove(place);
            return request;
        }
    }

    /// <summary>Takes out those whose time has passed.</summary>
    public void TakeExpired(long now, List<PendingRequest> into)
    {
        if (Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            for (var place = 0; place < _places.Length; place++)
            {
                if (_places[place] is { } request && request.Deadline <= now)
                {
                    Remove(place);
                    into.Add(request);
                }
            }
        }
    }

    /// <summary>Takes out all, and takes in no more.</summary>
    public List<PendingRequest> Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            List<PendingRequest> rest = [.. _places.OfType<PendingRequest>()];
            Array.Clear(_places);
            _count = 0;
            return rest;
        }
    }

    private void Remove(int place)
    {
        _places[place] = null;
        _free.Push(place);
        _count--;
    }

    private int Grow()
    {
        var first = _places.Length;
        Array.Resize(ref _places, Math.Max(PlacesAtFirst, 2 * first));
        for (var place = _places.Length - 1; place > first; place--)
        {
            _free.Push(place);
        }

        return first;
    }
}
