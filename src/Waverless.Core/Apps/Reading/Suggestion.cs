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

    /// <summary>Edits between two words; two neighbours that changed places are one edit.</summary>
    private static int Distance(string from, string to)
    {
        var edits = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }

                var replaced = edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                var inserted = Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1;
                edits[i, j] = Math.Min(replaced, inserted);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
