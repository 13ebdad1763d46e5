namespace Waverless.Scheduling;

/// <summary>
/// Weighted rendezvous by CRUSH's straw2: each node draws ln(u) / weight with a u in (0, 1] of its
/// own for the key, and the longest straw wins. Nodes win in proportion to their weights, and a
/// change of one weight moves keys only to or from that node. Pure and frozen: the same key, ids,
/// weights and domains give the same answer on every platform and in every version. Does not
/// allocate.
/// </summary>
/// <remarks>
/// Hash and logarithm are integers (<see cref="FrozenHash"/>, <see cref="FixedLog"/>); the
/// conversion and the division that follow are single IEEE 754 operations, which are correctly
/// rounded everywhere. Draws that are equal go to the lower id, so the order of the straws does not
/// matter.
/// </remarks>
internal static class Straw2
{
    /// <summary>The straw that wins the key: its index, or -1 when none can.</summary>
    public static int Pick(ulong key, ReadOnlySpan<Straw> straws) =>
        Next(key, straws, [], distinctDomains: false);

    /// <summary>
    /// The straws that win the key, best first: no two of one failure domain while there are other
    /// domains left, then any. A longer list begins with the shorter one as long as no domain has
    /// to be used twice.
    /// </summary>
    /// <param name="key">What is placed.</param>
    /// <param name="straws">The nodes; ids are distinct.</param>
    /// <param name="chosen">Receives indices of straws; its length is how many are wanted.</param>
    /// <returns>How many were found: less than wanted when fewer straws can be drawn.</returns>
    public static int PickMany(ulong key, ReadOnlySpan<Straw> straws, Span<int> chosen)
    {
        var count = 0;
        while (count < chosen.Length)
        {
            var next = Next(key, straws, chosen[..count], distinctDomains: true);
            if (next < 0)
            {
                next = Next(key, straws, chosen[..count], distinctDomains: false);
            }

            if (next < 0)
            {
                break;
            }

            chosen[count++] = next;
        }

        return count;
    }

    /// <summary>
    /// What a node draws for a key: -ln(u) / weight in units of 2^-56, so that the least wins.
    /// Infinite when the node cannot be drawn.
    /// </summary>
    public static double Draw(ulong key, uint node, double weight) => Draw(Hash(key, node), weight);

    /// <summary>The same by <see cref="Hash"/>.</summary>
    public static double Draw(ulong hash, double weight) =>
        weight > 0 && double.IsFinite(weight)
            ? FixedLog.NegativeLog(hash) / weight
            : double.PositiveInfinity;

    /// <summary>
    /// Whether a draw is certainly longer than another one; costs a tenth of drawing, and most
    /// nodes need no more.
    /// </summary>
    public static bool IsLonger(ulong hash, double weight, double shortest) =>
        FixedLog.NegativeLogAtLeast(hash) > shortest * weight;

    /// <summary>The 64 bits that u is made of: independent for each pair of key and node.</summary>
    public static ulong Hash(ulong key, uint node) =>
        FrozenHash.Mix(FrozenHash.Mix(key) ^ FrozenHash.Mix(~(ulong)node));

    private static int Next(
        ulong key,
        ReadOnlySpan<Straw> straws,
        ReadOnlySpan<int> taken,
        bool distinctDomains
    )
    {
        var best = -1;
        var shortest = double.PositiveInfinity;
        for (var i = 0; i < straws.Length; i++)
        {
            if (taken.Contains(i) || (distinctDomains && IsUsed(straws, taken, straws[i].Domain)))
            {
                continue;
            }

            var hash = Hash(key, straws[i].Node);
            if (IsLonger(hash, straws[i].Weight, shortest))
            {
                continue;
            }

            var length = Draw(hash, straws[i].Weight);
            if (length < shortest || IsTie(length, shortest, straws, i, best))
            {
                (best, shortest) = (i, length);
            }
        }

        return best;
    }

    private static bool IsUsed(ReadOnlySpan<Straw> straws, ReadOnlySpan<int> taken, uint domain)
    {
        if (domain == 0)
        {
            return false;
        }

        foreach (var index in taken)
        {
            if (straws[index].Domain == domain)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsTie(
        double length,
        double shortest,
        ReadOnlySpan<Straw> straws,
        int i,
        int best
    ) => length == shortest && best >= 0 && straws[i].Node < straws[best].Node;
}
