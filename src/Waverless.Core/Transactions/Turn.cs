namespace Waverless.Transactions;

/// <summary>
/// A partition's exclusive turn, held. Whoever is about to wait for something that others may hold
/// up (a lock, a call of another function) gives it up first, by disposing it.
/// </summary>
internal sealed class Turn(ExclusiveTurns turns, ExclusiveTurns.Waiter waiter) : IDisposable
{
    private int _ended;

    public bool IsHeld => Volatile.Read(ref _ended) == 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            turns.Leave(waiter);
        }
    }
}
