using System.Net;
using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Idempotency;

/// <summary>The header <c>Idempotency-Key</c> (SEMANTICS §6).</summary>
public sealed class IdempotencyKeyTests : IDisposable
{
    private readonly Bank _bank = new();

    public void Dispose() => _bank.Dispose();

    [Fact]
    public async Task The_same_key_gets_the_same_answer_also_after_a_restart()
    {
        var first = "";
        await using (var node = await _bank.StartAsync())
        {
            first = await TextAsync(node, "/bank/deposit", "a", "k1");
            Assert.Equal(first, await TextAsync(node, "/bank/deposit", "a", "k1"));
            Assert.Equal("run 2, total ab", await TextAsync(node, "/bank/deposit", "b", "k2"));
        }

        await using var again = await _bank.StartAsync();
        using var answer = await Bank.PostAsync(again, "/bank/deposit", "a", "k1");
        Assert.Equal("run 1, total a", first);
        Assert.Equal(first, await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/x-deposit", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("run 3, total abc", await TextAsync(again, "/bank/deposit", "c", "k3"));
    }

    [Fact]
    public async Task Quotation_marks_around_a_key_do_not_matter()
    {
        await using var node = await _bank.StartAsync();
        var first = await TextAsync(node, "/bank/deposit", "a", "\"k\"");

        Assert.Equal(first, await TextAsync(node, "/bank/deposit", "a", "k"));
    }

    [Fact]
    public async Task Another_payload_is_422_and_runs_nothing()
    {
        await using var node = await _bank.StartAsync();
        await TextAsync(node, "/bank/deposit", "a", "k");
        using var answer = await Bank.PostAsync(node, "/bank/deposit", "b", "k");

        await answer.AssertProblemAsync(422, "idempotency_key_reused", "bank/deposit");
        Assert.Equal(1, _bank.Runs);
    }

    [Fact]
    public async Task Duplicates_at_once_run_the_function_once()
    {
        await using var node = await _bank.StartAsync();
        var calls = Enumerable
            .Range(0, 16)
            .Select(_ => TextAsync(node, "/bank/slow", "a", "k"))
            .ToList();
        _bank.Gate.SetResult();
        var answers = await Task.WhenAll(calls);

        Assert.Equal("run 1, total a", Assert.Single(answers.Distinct()));
        Assert.Equal(1, _bank.Runs);
    }

    [Fact]
    public async Task While_the_first_runs_a_duplicate_ends_with_409_at_its_deadline()
    {
        await using var node = await _bank.StartAsync();
        var calls = Enumerable
            .Range(0, 4)
            .Select(_ => Bank.PostAsync(node, "/bank/hasty", "a", "k"))
            .ToList();
        var answers = await Task.WhenAll(calls);
        var statuses = answers.Select(answer => (int)answer.StatusCode).ToList();

        // Who runs times out; who waits is told so, or runs next and times out as well.
        Assert.All(statuses, status => Assert.Contains(status, new[] { 409, 504 }));
        Assert.Equal(0, _bank.Runs);
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        await using var node = await _bank.StartAsync();
        using var failed = await Bank.PostAsync(node, "/bank/fickle", "a", "k");

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Equal("run 2 of a", await TextAsync(node, "/bank/fickle", "a", "k"));
        Assert.Equal("run 2 of a", await TextAsync(node, "/bank/fickle", "a", "k"));
    }

    [Theory]
    [InlineData("/bank/immediate", "k", "commit: atomic")]
    [InlineData("/faults/echo", "k", "commit: atomic")]
    [InlineData("/bank/deposit", "", "0 bytes")]
    public async Task What_cannot_be_honoured_is_400(string path, string key, string why)
    {
        await using var node = await _bank.StartAsync();
        using var answer = await Bank.PostAsync(node, path, "a", key);

        await answer.AssertProblemAsync(400, "idempotency_key_refused", why);
        Assert.Equal(0, _bank.Runs);
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_400()
    {
        await using var node = await _bank.StartAsync();
        var key = new string('k', 256);
        using var answer = await Bank.PostAsync(node, "/bank/deposit", "a", key);

        await answer.AssertProblemAsync(400, "idempotency_key_refused", "256 bytes");
        Assert.Equal(0, _bank.Runs);
    }

    private static async Task<string> TextAsync(
        LiveNode node,
        string path,
        string payload,
        string key
    )
    {
        using var answer = await Bank.PostAsync(node, path, payload, key);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {text}");
        return text;
    }
}
