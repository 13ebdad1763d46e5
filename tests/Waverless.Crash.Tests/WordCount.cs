namespace Waverless.Crash;

/// <summary>
/// The word_count app: a call that was answered is counted exactly, whatever is killed after; of a
/// call that was not, exactly the slices that were kept are.
/// </summary>
internal sealed class WordCount(Random random)
{
    private const string NeverRun = """{"words":0,"distinct":0,"top":[]}""";

    private SlicedText? _answered;
    private SlicedText? _unanswered;

    public async Task<int> RunAsync(HttpClient http, bool waits, TaskCompletionSource begun)
    {
        var texts = Enumerable.Range(0, 8).Select(_ => SlicedText.Create(random)).ToArray();
        var answered = 0;
        while (true)
        {
            _unanswered = texts[answered % texts.Length];
            if (waits)
            {
                begun.TrySetResult();
            }

            if (await SplitAsync(http, _unanswered, waits) is not { } answer)
            {
                begun.TrySetResult();
                return answered;
            }

            (_answered, _unanswered) = (_unanswered, null);
            answered++;
            if (!waits)
            {
                begun.TrySetResult();
                return answered;
            }

            Assert.Contains("\"failures\":0,", answer);
        }
    }

    public async Task VerifyAsync(HttpClient http)
    {
        await ExpectOldAsync(http);
        var fresh = SlicedText.Create(random);
        Assert.Contains("\"failures\":0,", await SplitAsync(http, fresh, waits: true));
        (_answered, _unanswered) = (fresh, null);
        Assert.Equal(fresh.WholeJson(), await ResultAsync(http));
    }

    private async Task ExpectOldAsync(HttpClient http)
    {
        var expected = new HashSet<string>(StringComparer.Ordinal)
        {
            _answered?.WholeJson() ?? NeverRun,
        };
        expected.UnionWith(_unanswered?.PossibleJsons() ?? []);
        await Requests.UntilNothingIsMissingAsync(async () =>
        {
            var result = await ResultAsync(http);
            return expected.Contains(result)
                ? null
                : $"{result} came; expected one of\n{string.Join('\n', expected)}";
        });
    }

    private static Task<string?> SplitAsync(HttpClient http, SlicedText text, bool waits)
    {
        var path = waits ? "/word_count/split_file?wait=cascade" : "/word_count/split_file";
        return Requests.TryAsync(() => http.PostAsync(path, new ByteArrayContent(text.Bytes)));
    }

    private static Task<string> ResultAsync(HttpClient http) =>
        http.GetStringAsync($"/word_count/result?top={SlicedText.Top}");
}
