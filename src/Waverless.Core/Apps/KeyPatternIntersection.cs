namespace Waverless.Apps;

/// <summary>Decides whether two patterns have a key in common.</summary>
internal static class KeyPatternIntersection
{
    /// <summary>
    /// Walks both patterns, each flattened to single steps, side by side; a pair of positions is
    /// visited once, so the work is bounded by the product of the two lengths.
    /// </summary>
    public static bool Exists(KeyPattern left, KeyPattern right)
    {
        var shared = Math.Min(left.LiteralPrefix.Length, right.LiteralPrefix.Length);
        if (!left.LiteralPrefix[..shared].SequenceEqual(right.LiteralPrefix[..shared]))
        {
            return false;
        }

        var (a, b) = (Flatten(left), Flatten(right));
        var seen = new bool[(a.Length + 1) * (b.Length + 1)];
        var open = new Stack<(int A, int B)>();
        open.Push((0, 0));
        while (open.TryPop(out var at))
        {
            if (at.A == a.Length && at.B == b.Length)
            {
                return true;
            }

            var index = (at.A * (b.Length + 1)) + at.B;
            if (seen[index])
            {
                continue;
            }

            seen[index] = true;
            Advance(a, b, at, open);
        }

        return false;
    }

    private static void Advance(Step[] a, Step[] b, (int A, int B) at, Stack<(int A, int B)> open)
    {
        // A repeated step may be taken any number of times, also never.
        if (at.A < a.Length && a[at.A].Repeats)
        {
            open.Push((at.A + 1, at.B));
        }

        if (at.B < b.Length && b[at.B].Repeats)
        {
            open.Push((at.A, at.B + 1));
        }

        if (at.A < a.Length && at.B < b.Length && a[at.A].Shares(b[at.B]))
        {
            open.Push((at.A + (a[at.A].Repeats ? 0 : 1), at.B + (b[at.B].Repeats ? 0 : 1)));
        }
    }

    private static Step[] Flatten(KeyPattern pattern)
    {
        var steps = new List<Step>();
        foreach (var token in pattern.Tokens)
        {
            if (token.Kind == PatternTokenKind.Literal)
            {
                steps.AddRange(token.Literal.Select(value => new Step(token.Kind, value, false)));
            }
            else
            {
                steps.Add(new Step(token.Kind, 0, false));
                steps.Add(new Step(token.Kind, 0, true));
            }
        }

        return [.. steps];
    }

    /// <summary>One byte of a key: a certain one, one of a segment, or any.</summary>
    private readonly record struct Step(PatternTokenKind Kind, byte Value, bool Repeats)
    {
        public bool Shares(Step other) =>
            (Kind, other.Kind) switch
            {
                (PatternTokenKind.Literal, PatternTokenKind.Literal) => Value == other.Value,
                (PatternTokenKind.Literal, PatternTokenKind.Segment) => PatternToken.IsSegmentByte(
                    Value
                ),
                (PatternTokenKind.Segment, PatternTokenKind.Literal) => PatternToken.IsSegmentByte(
                    other.Value
                ),
                _ => true,
            };
    }
}
