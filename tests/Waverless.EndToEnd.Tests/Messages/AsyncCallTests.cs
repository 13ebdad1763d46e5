using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Waverless.EndToEnd.Hosts;
using Waverless.EndToEnd.Idempotency;
using Waverless.Kv;

namespace Waverless.EndToEnd.Messages;

/// <summary><c>Prefer: respond-async</c>: the call becomes a durable message.</summary>
public sealed class AsyncCallTests : IDisposable
{
    private readonly Bank _bank = new();

    public void Dispose() => _bank.Dispose();

    [Fact]
    public async Task It_is_answered_with_202_and_an_id_and_runs_later()
    {
        await using var node = await _bank.StartAsync();
        using var answer = await EnqueueAsync(node, "/bank/slow", "a");

        Assert.Equal(
            "respond-async",
            Assert.Single(answer.Headers.GetValues("Preference-Applied"))
        );
        Assert.StartsWith("bank", await IdAsync(answer), StringComparison.Ordinal);
        Assert.Equal(0, _bank.Runs);
        _bank.Gate.SetResult();
        await UntilRunsAsync(1);
    }

    [Fact]
    public async Task A_restart_does_not_forget_it()
    {
        await using (var node = await _bank.StartAsync())
        {
            using var answer = await EnqueueAsync(node, "/bank/slow", "a");
        }

        Assert.Equal(0, _bank.Runs);
        _bank.Gate.SetResult();
        await using var again = await _bank.StartAsync();
        await UntilRunsAsync(1);
    }

    [Fact]
    public async Task The_same_key_gets_the_same_id_and_runs_once()
    {
        await using var node = await _bank.StartAsync();
        _bank.Gate.SetResult();
        var ids = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await EnqueueAsync(node, "/bank/slow", "a", "k");
            ids.Add(await IdAsync(answer));
        }

        using var other = await Bank.PostAsync(node, "/bank/slow", "b", "k", "respond-async");
        await other.AssertProblemAsync(422, "idempotency_key_reused", "bank/slow");
        Assert.Single(ids);
        using var last = await EnqueueAsync(node, "/bank/slow", "c", "other key");

        // What counts is what was committed: two at once may run again, which has no effect.
        await UntilTotalAsync(node, "a", "c");
    }

    [Fact]
    public async Task What_is_too_large_or_makes_no_sense_is_refused()
    {
        await using var node = await _bank.StartAsync();
        var large = new string('x', (1024 * 1024) + 1);
        using var tooLarge = await Bank.PostAsync(
            node,
            "/bank/deposit",
            large,
            prefer: "respond-async"
        );
        using var both = await Bank.PostAsync(
            node,
            "/bank/deposit?wait=cascade",
            "a",
            prefer: "respond-async"
        );
        using var immediate = await Bank.PostAsync(
            node,
            "/bank/immediate",
            "a",
            "k",
            "respond-async"
        );

        await tooLarge.AssertProblemAsync(413, "payload_too_large", "1048576");
        await both.AssertProblemAsync(400, "bad_request", "wait=cascade");
        await immediate.AssertProblemAsync(400, "idempotency_key_refused", "commit: atomic");
        Assert.Equal(0, _bank.Runs);
    }

    private static async Task<HttpResponseMessage> EnqueueAsync(
        LiveNode node,
        string path,
        string payload,
        string? key = null
    )
    {
        var answer = await Bank.PostAsync(node, path, payload, key, "wait=5, Respond-Async; x=1");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer;
    }

    private static async Task<string> IdAsync(HttpResponseMessage answer)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Waits until as much was deposited, and demands that it is just that.</summary>
    private static async Task UntilTotalAsync(LiveNode node, params string[] deposits)
    {
        var store = node.Services.GetRequiredKeyedService<IKvStore>("bank");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var total = "";
        while (total.Length < deposits.Length)
        {
            await Task.Delay(10, patience.Token);
            total = await store.GetTextAsync("total", patience.Token) ?? "";
        }

        Assert.Equal(deposits, total.Select(one => $"{one}").Order());
    }

    private async Task UntilRunsAsync(int runs)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (_bank.Runs < runs)
        {
            await Task.Delay(10, patience.Token);
        }

        Assert.Equal(runs, _bank.Runs);
    }
}
