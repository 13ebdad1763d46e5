namespace Waverless.Scheduling;

/// <summary>
/// SplitMix64 over a shared counter: random numbers for many threads without a lock. One thread
/// with one seed always draws the same.
/// </summary>
internal sealed class SeededSequence(ulong seed)
{
    private ulong _drawn = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => FrozenHash.Mix(Interlocked.Increment(ref _drawn) * Stride);

    /// <summary>The next number from 0 to below a bound, by multiplication instead of modulus.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next(), (ulong)(uint)bound, out _);

    // Odd, so that the counter visits every number; not the increment that Mix adds itself.
    private const ulong Stride = 0xD1342543DE82EF95;
}
