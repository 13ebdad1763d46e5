namespace Waverless.Hosting.Threads;

/// <summary>Where one thread sleeps until it is given a permit, or told to end.</summary>
/// <remarks>
/// One thread sleeps here and exactly one wake-up follows each <see cref="Reset"/>; the thread
/// waits for it before it sleeps again, so that none is left over for the next sleep.
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The event allocates a kernel handle only if asked for its WaitHandle."
)]
internal sealed class Parking
{
    // A few spins bridge the gap between two events without giving the core away for long.
    private const int SpinCount = 20;

    private readonly ManualResetEventSlim _woken = new(false, SpinCount);

    /// <summary>The thread that sleeps here was woken to end; it has no permit.</summary>
    public bool IsDismissed { get; private set; }

    /// <summary>The thread was woken before there was work for it; changed under the lock.</summary>
    public bool IsLookout { get; set; }

    /// <summary>Sleeps until woken; false: the time has passed first.</summary>
    public bool Wait(TimeSpan timeout) => _woken.Wait(timeout);

    public void Wake() => _woken.Set();

    public void Dismiss()
    {
        IsDismissed = true;
        _woken.Set();
    }

    public void Reset() => _woken.Reset();
}
