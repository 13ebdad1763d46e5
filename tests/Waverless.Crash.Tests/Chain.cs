namespace Waverless.Crash;

/// <summary>The longchain app: whatever is killed, what has begun comes to exactly 100.</summary>
internal sealed class Chain
{
    private bool _acknowledged;

    public async Task<int> RunAsync(HttpClient http, bool waits, TaskCompletionSource begun)
    {
        var answered = 0;
        while (true)
        {
            if (waits)
            {
                begun.TrySetResult();
            }

            if (await BeginAsync(http, waits) is not { } answer)
            {
                begun.TrySetResult();
                return answered;
            }

            _acknowledged = true;
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
        await ExpectEndAsync(http);
        Assert.Contains("\"failures\":0,", await BeginAsync(http, waits: true));
        _acknowledged = true;
        Assert.Equal("100", await StateAsync(http));
    }

    private static Task<string?> BeginAsync(HttpClient http, bool waits) =>
        Requests.TryAsync(() =>
            http.GetAsync(waits ? "/longchain/chain_begin?wait=cascade" : "/longchain/chain_begin")
        );

    private static Task<string> StateAsync(HttpClient http) =>
        http.GetStringAsync("/longchain/chain_state");

    // A call that was never answered may not have been kept: then there is no chain at all.
    private Task ExpectEndAsync(HttpClient http) =>
        Requests.UntilNothingIsMissingAsync(async () =>
        {
            var state = await StateAsync(http);
            var isEnd = state == "100" || (!_acknowledged && state == "0");
            return isEnd ? null : $"the chain stays at {state}; expected 100";
        });
}
