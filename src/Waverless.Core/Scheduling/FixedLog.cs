using System.Numerics;

namespace Waverless.Scheduling;

/// <summary>
/// -ln(u) in fixed point for u = ((x >> 11) + 1) / 2^53 in (0, 1]. Integers only, tables included,
/// so that every platform gets the same bits: <c>Math.Log</c> is allowed to differ in the last one.
/// Frozen, as <see cref="FrozenHash"/> is. Off by less than 2^-41.
/// </summary>
internal static class FixedLog
{
    /// <summary>The result counts in units of 2^-56.</summary>
    public const int FractionBits = 56;

    /// <summary>The number 1 in these units.</summary>
    public const double One = 1L << FractionBits;

    private const int TableBits = 8;
    private const int TableSize = 1 << TableBits;

    /// <summary>ln 2 in units of 2^-64.</summary>
    private const ulong Ln2 = 0xB17217F7D1CF79AC;

    /// <summary>ln(1 + i / 256) in units of 2^-64.</summary>
    private static readonly ulong[] Table = BuildTable();

    /// <summary>-ln(u), 0 to 53 ln 2, in units of 2^-56.</summary>
    public static long NegativeLog(ulong x)
    {
        var v = (x >> 11) + 1;
        var exponent = BitOperations.Log2(v);
        var mantissa = v << (63 - exponent);
        var index = (int)(mantissa >> (63 - TableBits)) & (TableSize - 1);
        var rest = mantissa & ((1UL << (63 - TableBits)) - 1);
        var r = (rest << (TableBits + 1)) / (TableSize + (ulong)index);
        var fraction = Table[index] + LogOnePlus(r);
        var whole = Math.BigMul((ulong)(53 - exponent), Ln2, out var low);
        var minuend = (long)((whole << FractionBits) | (low >> (64 - FractionBits)));
        return Math.Max(0, minuend - (long)(fraction >> (64 - FractionBits)));
    }

    /// <summary>
    /// A number that <see cref="NegativeLog"/> never falls below, for less: 1 - u is never more
    /// than -ln(u), and is close to it where it matters, near 0.
    /// </summary>
    public static long NegativeLogAtLeast(ulong x)
    {
        const long Slack = 1 << 16;
        var v = (x >> 11) + 1;
        return (long)(((1UL << 53) - v) << (FractionBits - 53)) - Slack;
    }

    /// <summary>ln(1 + r) for r below 2^-8, both in units of 2^-64: four terms of the series.</summary>
    private static ulong LogOnePlus(ulong r)
    {
        var r2 = Math.BigMul(r, r, out _);
        var r3 = Math.BigMul(r2, r, out _);
        var r4 = Math.BigMul(r2, r2, out _);
        return r - (r2 / 2) + (r3 / 3) - (r4 / 4);
    }

    /// <summary>ln((256 + i) / 256) = 2 atanh(i / (512 + i)), by its series.</summary>
    private static ulong[] BuildTable()
    {
        var table = new ulong[TableSize];
        for (var i = 1; i < TableSize; i++)
        {
            var z = (ulong)(((UInt128)(uint)i << 64) / (uint)((2 * TableSize) + i));
            var square = Math.BigMul(z, z, out _);
            var sum = 0UL;
            for (var (power, k) = (z, 1UL); power != 0; k += 2)
            {
                sum += power / k;
                power = Math.BigMul(power, square, out _);
            }

            table[i] = 2 * sum;
        }

        return table;
    }
}
