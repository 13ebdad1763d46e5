namespace Harness.Words;

/// <summary>Makes text of the same seed the same way: few words often, many words seldom.</summary>
public static class SampleText
{
    private const int Vocabulary = 20_000;
    private const int LineWords = 12;

    public static byte[] Make(int bytes, int seed)
    {
#pragma warning disable CA5394 // A seeded sequence is wanted, not a secret.
        var random = new Random(seed);
        var words = new byte[Vocabulary][];
        for (var index = 0; index < words.Length; index++)
        {
            words[index] = new byte[random.Next(2, 11)];
            foreach (ref var letter in words[index].AsSpan())
            {
                letter = (byte)('a' + random.Next(26));
            }
        }

        var text = new byte[bytes];
        var at = 0;
        for (var count = 1; at < bytes; count++)
        {
            // Rank r comes with a probability of about 1/r.
            var word = words[(int)Math.Pow(Vocabulary, random.NextDouble()) - 1].AsSpan();
            word = word[..Math.Min(word.Length, bytes - at)];
            word.CopyTo(text.AsSpan(at));
            if (random.Next(8) == 0)
            {
                text[at] = (byte)(text[at] - 'a' + 'A');
            }

            at += word.Length;
            if (at < bytes)
            {
                text[at++] = (byte)(count % LineWords == 0 ? '\n' : ' ');
            }
        }
#pragma warning restore CA5394
        return text;
    }
}
