using System.Text.Json;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Timers;

namespace Orders;

/// <summary>Walks through the sample over HTTP and shows what comes back.</summary>
internal sealed class Tour(IServiceProvider services, Uri address) : IDisposable
{
    private const int Crowd = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new() { BaseAddress = address };
    private readonly IKvStore _store = services.GetRequiredKeyedService<IKvStore>("orders");
    private readonly IDeadLetters _letters = services.GetRequiredService<IDeadLetters>();
    private bool _passed = true;

    public void Dispose() => _http.Dispose();

    public async Task<bool> RunAsync()
    {
        await OrderAsync();
        await CrowdAsync();
        await FailAndReplayAsync();
        await ReportAsync();
        Console.WriteLine(_passed ? "All steps passed." : "A step failed.");
        return _passed;
    }

    private async Task OrderAsync()
    {
        const string Placed = """{"id":"a","status":"placed","amount":7.0}""";
        Show("an order, until it is paid and mailed", await PlaceAsync("a", 2), $"200 {Placed}");
        Show("the same again, with its key", await PlaceAsync("a", 2), $"200 {Placed}");
        Show("another order with that key", (await PlaceAsync("a", 3))[..3], "422");
        Show(
            "the same number under another key",
            await PlaceAsync("a", 2, key: "b"),
            """200 {"id":"a","status":"exists already","amount":7.0}"""
        );
        Show(
            "more than there is",
            await PlaceAsync("c", 1_000),
            """200 {"id":"c","status":"only 98 left","amount":0}"""
        );
        Show("stock", await _store.GetTextAsync("stock_tea"), "98");
        Show("mails", $"{services.GetRequiredService<MailFolder>().Count}", "1");
    }

    private async Task CrowdAsync()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, Crowd).Select(i => PlaceAsync($"crowd{i}", 1))
        );
        Show(
            $"{Crowd} orders at once",
            $"{answers.Count(answer => answer.Contains("placed"))} placed, "
                + $"{await _store.GetTextAsync("stock_tea")} left",
            $"{Crowd} placed, {98 - Crowd} left"
        );
    }

    private async Task FailAndReplayAsync()
    {
        await _store.SetTextAsync("mail_template", "Order {0}: {2} euro, paid.");
        for (var i = 0; i < 3; i++)
        {
            await PlaceAsync($"late{i}", 1);
        }

        var query = new DeadLetterQuery { App = "orders", Function = "mail" };
        var dead = await _letters.ListAsync(query);
        Show("dead letters while the template is wrong", $"{dead.Letters.Count}", "3");
        Show(
            "what the first one says",
            $"{dead.Letters[0].LastError?.Text.Contains("Index")}",
            "True"
        );
        await _store.SetTextAsync("mail_template", "Order {0}: {1} euro, paid.");
        Show("replayed after the fix", $"{await _letters.ReplayAllAsync(query)}", "3");
        await UntilAsync(async () => await _store.GetTextAsync("mailed_late2") is not null);
        await UntilAsync(async () => (await _letters.ListAsync(query)).Letters.Count == 0);
        Show(
            "mails, one an order",
            $"{services.GetRequiredService<MailFolder>().Count}",
            $"{1 + Crowd + 3}"
        );
    }

    private async Task ReportAsync()
    {
        // The same function as every night, by a timer that code sets.
        var timers = services.GetRequiredKeyedService<ITimers>("orders");
        var soon = FunctionTimer.Once(DateTimeOffset.UtcNow.AddMilliseconds(200));
        await timers.SetAsync(new NamedTimer("report-now", "report", soon));
        await UntilAsync(async () => await _store.GetTextAsync("report") is not null);
        Show(
            "the report, by a timer",
            await _http.GetStringAsync("/orders/last_report"),
            $$"""{"payments":{{1 + Crowd + 3}},"amount":{{7.0m + (3.5m * (Crowd + 3))}}}"""
        );
    }

    private async Task<string> PlaceAsync(string id, int count, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders/place?wait=cascade")
        {
            Content = JsonContent.Create(
                new OrderRequest(id, "tea", count, $"{id}@example.org"),
                OrdersJson.Default.OrderRequest
            ),
        };
        request.Headers.Add("Idempotency-Key", key ?? id);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        using var report = JsonDocument.Parse(body);
        var result = report.RootElement.TryGetProperty("result", out var answer) ? answer : default;
        return $"{(int)response.StatusCode} {(response.IsSuccessStatusCode ? result : body)}";
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var end = DateTimeOffset.UtcNow + Patience;
        while (!await isSo() && DateTimeOffset.UtcNow < end)
        {
            await Task.Delay(20);
        }
    }

    private void Show(string step, string? found, string expected)
    {
        var isRight = found == expected;
        _passed &= isRight;
        Console.WriteLine($"{(isRight ? "ok  " : "FAIL")} {step}: {found}");
        if (!isRight)
        {
            Console.WriteLine($"     expected {expected}");
        }
    }
}
