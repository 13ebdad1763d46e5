namespace Waverless.Apps.Reading;

/// <summary>Finds what a misspelled word was probably meant to be.</summary>
internal static class Suggestion
{
    private const int DistanceMax = 2;
    private const int LengthMax = 32;

    /// <summary>The nearest candidate within two edits; null: none is near.</summary>
    public static string? For(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LengthMax)
        {
            return null;
        }

        string? best = null;
        var bestDistance = DistanceMax + 1;
        foreach (var candidate in candidates)
        {
            var distance = Distance(word, candidate);
            // Half of a short word is not a misspelling of another.
            if (distance < bestDistance && distance * 2 < candidate.Length)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    private static int Distance(string from, string to)
    {
        var previous = new int[to.Length + 1];
        var current = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[to.Length];
    }
}
