namespace Waverless.Scheduling.Characters;

/// <summary>
/// Counts values on the hot path and hands them over later. Recording is one increment without a
/// lock: of two threads at once one may be lost, which changes no decision.
/// </summary>
internal sealed class Tally
{
    // Only ever grows, and runs over: readers keep what they have seen, and never write here.
    private readonly uint[] _recorded = new uint[LogBuckets.Count];
    private readonly uint[] _taken = new uint[LogBuckets.Count];
    private readonly uint[] _untold = new uint[LogBuckets.Count];

    /// <summary>Whether there are values that other nodes have not been told of.</summary>
    public bool HasNews { get; private set; }

    public void Record(long value) => _recorded[LogBuckets.Of(value)]++;

    /// <summary>Moves what was recorded since the last time into a histogram.</summary>
    /// <returns>How many values.</returns>
    public uint TakeInto(Histogram into)
    {
        var sum = 0u;
        for (var i = 0; i < _recorded.Length; i++)
        {
            var now = Volatile.Read(ref _recorded[i]);
            var count = now - _taken[i];
            if (count == 0)
            {
                continue;
            }

            _taken[i] = now;
            _untold[i] += count;
            sum += count;
            into.Add(i, count);
        }

        HasNews |= sum > 0;
        return sum;
    }

    /// <summary>Writes what was taken and not told; false: there is no room, and nothing changed.</summary>
    public bool TryTell(ref ByteWriter writer)
    {
        var start = writer.Position;
        var (count, last) = (0, 0);
        foreach (var untold in _untold)
        {
            count += untold > 0 ? 1 : 0;
        }

        var fits = writer.TryByte((byte)count);
        for (var i = 0; i < _untold.Length && fits; i++)
        {
            if (_untold[i] > 0)
            {
                fits =
                    writer.TryByte((byte)(i - last))
                    && writer.TryNumber(Math.Min(_untold[i], CharacterLimits.CountMax));
                last = i;
            }
        }

        if (!fits)
        {
            writer.Position = start;
            return false;
        }

        Array.Clear(_untold);
        HasNews = false;
        return true;
    }
}
