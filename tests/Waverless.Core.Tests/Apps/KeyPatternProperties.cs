using CsCheck;

namespace Waverless.Apps;

public sealed class KeyPatternProperties
{
    [Fact]
    public void Matching_agrees_with_a_naive_matcher_and_every_reading_is_the_only_one()
    {
        var matched = 0;
        PatternSamples.WithKey.Sample(
            sample =>
            {
                var readings = NaiveMatcher.CountReadings(sample.Pattern.Text, sample.Key);
                Assert.InRange(readings, 0, 1);
                Assert.Equal(readings == 1, sample.Pattern.Matches(sample.Key));
                Interlocked.Add(ref matched, readings);
            },
            iter: 20_000
        );
        Assert.True(matched > 1_000, $"only {matched} samples matched");
    }

    [Fact]
    public void Captured_values_and_literals_make_up_the_key()
    {
        PatternSamples
            .Legal.SelectMany(p => PatternSamples.KeyOf(p).Select(key => (Pattern: p, Key: key)))
            .Sample(
                sample =>
                {
                    var text = sample.Pattern.Text;
                    for (var k = 0; k < sample.Pattern.PlaceholderCount; k++)
                    {
                        Assert.True(sample.Pattern.TryCapture(sample.Key, k, out var range));
                        var value = System.Text.Encoding.UTF8.GetString(sample.Key[range]);
                        var at = text.IndexOf('{', StringComparison.Ordinal);
                        text = text[..at] + value + text[(text.IndexOf('}', at) + 1)..];
                    }

                    Assert.Equal(System.Text.Encoding.UTF8.GetString(sample.Key), text);
                },
                iter: 5_000
            );
    }

    [Fact]
    public void Any_text_is_a_pattern_or_is_refused_with_a_reason()
    {
        Gen.OneOf(PatternSamples.Text, Gen.String)
            .Sample(
                text =>
                {
                    var legal = KeyPattern.TryParse(text, out var pattern, out var reason);
                    Assert.Equal(legal, pattern is not null);
                    Assert.Equal(legal, reason is null);
                },
                iter: 10_000
            );
    }

    [Fact]
    public void A_refused_ambiguity_is_one_for_some_key()
    {
        // The refusal is not mere caution: two placeholders with only 'a' and 'b' between them
        // read a long run of those letters in several ways.
        Gen.OneOf("{}{}", "{}a{}", "{}ab{}", "_{}b{}_")
            .Sample(text =>
            {
                Assert.False(KeyPattern.TryParse(text, out _, out _));
                var key = text.Replace("{}", "abababab", StringComparison.Ordinal);
                var bytes = System.Text.Encoding.UTF8.GetBytes(key);
                Assert.True(NaiveMatcher.CountReadings(text, bytes) > 1);
            });
    }

    [Fact]
    public void Patterns_that_match_the_same_key_intersect()
    {
        var together = 0;
        Gen.Select(PatternSamples.WithKey, PatternSamples.Legal)
            .Sample(
                (left, right) =>
                {
                    if (left.Pattern.Matches(left.Key) && right.Matches(left.Key))
                    {
                        Assert.True(left.Pattern.Intersects(right));
                        Interlocked.Increment(ref together);
                    }

                    Assert.True(left.Pattern.Intersects(left.Pattern));
                },
                iter: 30_000
            );
        Assert.True(together > 50, $"only {together} samples matched both");
    }

    [Fact]
    public void Patterns_that_intersect_have_a_common_key_among_the_short_ones()
    {
        var keys = ShortKeys().ToList();
        var short_ = Gen.OneOf("a", "_", "{}", "{*}", "aa", "a_")
            .Array[1, 3]
            .Select(string.Concat)
            .Where(text => KeyPattern.TryParse(text, out _, out _))
            .Select(KeyPattern.Parse);
        Gen.Select(short_, short_)
            .Sample(
                (left, right) =>
                    Assert.Equal(
                        keys.Exists(key => left.Matches(key) && right.Matches(key)),
                        left.Intersects(right)
                    ),
                iter: 500
            );
    }

    /// <summary>All keys of up to 8 of the two bytes that the patterns above are made of.</summary>
    private static IEnumerable<byte[]> ShortKeys()
    {
        for (var length = 0; length <= 8; length++)
        {
            for (var bits = 0; bits < 1 << length; bits++)
            {
                yield return
                [
                    .. Enumerable
                        .Range(0, length)
                        .Select(i => (byte)((bits >> i & 1) == 0 ? 'a' : '_')),
                ];
            }
        }
    }
}
