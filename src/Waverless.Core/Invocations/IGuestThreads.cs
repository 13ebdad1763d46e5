namespace Waverless.Invocations;

/// <summary>Work for a dedicated thread.</summary>
internal interface IThreadWork
{
    /// <summary>Runs to its end; must not throw.</summary>
    void Run();
}

/// <summary>
/// Where synchronous guests run (DESIGN §7): dedicated threads with a large stack under two
/// bounds, threads and processor permits; and, for functions known to be short, the caller's own
/// thread. A seam, because Core owns no threads.
/// </summary>
internal interface IGuestThreads
{
    /// <summary>Guests that can compute at once: processor permits.</summary>
    int Slots => 1;

    /// <summary>Permits that are taken.</summary>
    int Active => 0;

    /// <summary>Work that waits for a thread.</summary>
    int Queued => 0;

    /// <summary>Whether the calling thread is one of these threads.</summary>
    bool IsGuestThread { get; }

    /// <summary>
    /// Asks to run a short guest on the calling thread; at most as many at once as cores.
    /// </summary>
    bool TryEnterInline();

    /// <summary>Ends what <see cref="TryEnterInline"/> began.</summary>
    void ExitInline();

    /// <summary>Queues work; false when the bound on waiting work is reached.</summary>
    bool TryQueue(IThreadWork work);

    /// <summary>
    /// Work is likely to be queued within a fraction of a millisecond: if a thread sleeps, it wakes
    /// up and looks out for it for that long. A hint; costs nothing where no thread sleeps.
    /// </summary>
    void Anticipate() { }

    /// <summary>The calling guest thread is about to wait: its permit goes to another.</summary>
    void BeginWait();

    /// <summary>The wait is over: takes a permit back, waiting for one if need be.</summary>
    void EndWait();

    /// <summary>
    /// The calling guest thread has computed for a while: if others want its permit, they get it,
    /// and this returns when the turn is its own again.
    /// </summary>
    void TakeTurns() { }
}
