namespace Waverless.Cluster.Membership;

/// <summary>
/// Numbers the lives of a node: milliseconds of its start, and 20 random bits. A later life has a
/// higher number unless the clock was set back; see <see cref="LifeConflict"/> for that.
/// </summary>
internal static class BootId
{
    private const int RandomBits = 20;

    public static ulong Next(TimeProvider time, Random random) => Next(time.GetUtcNow(), random);

    public static ulong Next(DateTimeOffset now, Random random) =>
        ((ulong)now.ToUnixTimeMilliseconds() << RandomBits) | (uint)random.Next(1 << RandomBits);
}
