namespace Waverless.Transport.Lanes;

/// <summary>Counts what is in flight, up to a bound, here and in a larger count. Thread-safe.</summary>
internal sealed class InFlight(int max, InFlight? all = null)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public int Max => max;

    /// <summary>Counts one more; false: a bound is reached.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) > max)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        if (all is null || all.TryEnter())
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _count);
        all?.Leave();
    }
}
