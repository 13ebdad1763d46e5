using System.Text;

namespace QuickStart;

/// <summary>
/// Makes the text file of the word_count app at the first start. A file that is there is complete:
/// it gets its name only once it is.
/// </summary>
internal sealed class RandomWords(QuickStartSettings settings) : IHostedService
{
    private const int Seed = 20_240_601;
    private const int VocabularyWords = 5_000;
    private const int WordLettersMax = 12;
    private static readonly byte[][] Separators =
    [
        .. new[] { " ", " ", " ", " ", " ", " ", "\n", ", ", ". ", "-", " 42 ", "\r\n" }.Select(
            Encoding.ASCII.GetBytes
        ),
    ];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var file = settings.WordsFile;
        if (File.Exists(file))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var unfinished = Path.Combine(settings.DataFolder, "random_words.unfinished");
        await using (var stream = File.Create(unfinished))
        {
            await stream.WriteAsync(Generate(settings.WordsMib << 20), cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The same text every time; frequent words are much more frequent than rare ones.</summary>
    internal static byte[] Generate(int bytes)
    {
        var random = new Random(Seed);
        var vocabulary = Enumerable.Range(0, VocabularyWords).Select(_ => Word(random)).ToArray();
        var text = new byte[bytes];
        for (var rest = text.AsSpan(); !rest.IsEmpty; )
        {
            var skewed = random.NextDouble() * random.NextDouble() * random.NextDouble();
            rest = Put(vocabulary[(int)(skewed * VocabularyWords)], rest);
            rest = Put(Separators[random.Next(Separators.Length)], rest);
        }

        return text;
    }

    private static byte[] Word(Random random)
    {
        var word = new byte[random.Next(1, WordLettersMax + 1)];
        foreach (ref var letter in word.AsSpan())
        {
            letter = (byte)('a' + random.Next(26));
        }

        if (random.Next(8) == 0)
        {
            word[0] = (byte)char.ToUpperInvariant((char)word[0]);
        }

        return word;
    }

    private static Span<byte> Put(ReadOnlySpan<byte> piece, Span<byte> rest)
    {
        var fitting = piece[..Math.Min(piece.Length, rest.Length)];
        fitting.CopyTo(rest);
        return rest[fitting.Length..];
    }
}
