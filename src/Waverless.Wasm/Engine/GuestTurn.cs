namespace Waverless.Wasm.Engine;

/// <summary>
/// Tells the ticker whether one thread of guests is running. Each has its own cache line, so that
/// starting a guest touches nothing shared.
/// </summary>
internal sealed class GuestTurn
{
    // Odd while a guest runs. Only its owner writes.
    private long _turns;

    internal long Turns => Volatile.Read(ref _turns);

    internal bool IsRunning => (Turns & 1) != 0;

    /// <summary>A full fence: what follows sees whether the ticker had parked before.</summary>
    internal void Begin() => Interlocked.Increment(ref _turns);

    internal void End() => Volatile.Write(ref _turns, _turns + 1);
}
