using System.Net;
using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Requests;

/// <summary>Requests that call nothing, or too much.</summary>
public sealed class BadRequestTests(SharedNode shared)
{
    private const int BodyMax = 16 << 20;

    [Fact]
    public async Task An_unknown_app_is_named()
    {
        using var answer = await shared.Node.CallAsync("nowhere/fn2");
        await answer.AssertProblemAsync(404, "not_found", "'nowhere'");
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task An_unknown_function_is_named_with_those_there_are()
    {
        using var answer = await shared.Node.CallAsync("fn2/nothing");
        await answer.AssertProblemAsync(404, "not_found", "'fn2'", "'nothing'", "it has: fn2");
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task A_function_without_http_trigger_is_not_found()
    {
        using var answer = await shared.Node.CallAsync("triggers/work", "job_1");
        await answer.AssertProblemAsync(404, "not_found", "triggers/work", "no http trigger");
    }

    [Fact]
    public async Task A_wrong_method_is_answered_with_those_that_are_right()
    {
        using var answer = await shared.Node.Client.GetAsync("/store/set");
        await answer.AssertProblemAsync(405, "method_not_allowed", "store/set", "GET", "POST");
        Assert.Contains("POST", answer.Content.Headers.Allow);
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task An_unknown_way_to_wait_is_named()
    {
        using var answer = await shared.Node.CallAsync("fn2/fn2?wait=forever");
        await answer.AssertProblemAsync(400, "bad_request", "wait=forever", "wait=cascade");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_oversized_body_is_refused_declared_or_not(bool isChunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/faults/echo");
        request.Content = new ByteArrayContent(new byte[BodyMax + 1]);
        request.Headers.TransferEncodingChunked = isChunked;

        using var answer = await shared.Node.Client.SendAsync(request);

        await answer.AssertProblemAsync(413, "payload_too_large", "The body", "16777216");
        await shared.Node.AssertAliveAsync();
    }

    [Fact]
    public async Task The_largest_body_is_taken()
    {
        using var content = new ByteArrayContent(new byte[BodyMax]);
        using var answer = await shared.Node.Client.PostAsync("/faults/payload", content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("16777216", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_wasi_command_answers_over_http()
    {
        Assert.Equal(
            "WAVERLESS: ÄÖ",
            await shared.Node.TextAsync("command/upper", "waverless: ÄÖ")
        );
    }
}
