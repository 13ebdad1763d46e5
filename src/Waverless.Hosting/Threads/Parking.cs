namespace Waverless.Hosting.Threads;

/// <summary>Where one thread sleeps until it is given a permit.</summary>
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

    public bool Wait(TimeSpan timeout) => _woken.Wait(timeout);

    public void Wake() => _woken.Set();

    public void Reset() => _woken.Reset();
}
