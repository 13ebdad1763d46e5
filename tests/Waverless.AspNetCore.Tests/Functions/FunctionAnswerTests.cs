using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Functions;

public sealed class FunctionAnswerTests
{
    [Theory]
    [InlineData("""{"a":1}""", null, "application/json")]
    [InlineData("[1]", null, "application/json")]
    [InlineData("plain", null, "text/plain; charset=utf-8")]
    [InlineData("<p>", "text/html", "text/html")]
    public async Task The_media_type_is_the_functions_or_follows_from_the_body(
        string body,
        string? named,
        string expected
    )
    {
        await using var node = await AnsweringAsync(
            InvocationResult.Completed(Encoding.UTF8.GetBytes(body), named)
        );

        var answer = await node.Client.GetAsync("/app/it");

        Assert.Equal(expected, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_media_type_that_no_header_can_hold_does_not_break_the_answer()
    {
        await using var node = await AnsweringAsync(
            InvocationResult.Completed("x"u8.ToArray(), "text/html\r\nSet-Cookie: a=b")
        );

        var answer = await node.Client.GetAsync("/app/it");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task An_empty_answer_is_a_success_without_media_type()
    {
        await using var node = await AnsweringAsync(InvocationResult.Completed());

        var answer = await node.Client.GetAsync("/app/it");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, answer.Content.Headers.ContentLength);
        Assert.Null(answer.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData(InvocationStatus.NotFound, 404, "not_found")]
    [InlineData(InvocationStatus.NotCallable, 405, "method_not_allowed")]
    [InlineData(InvocationStatus.BadPayload, 400, "bad_payload")]
    [InlineData(InvocationStatus.PayloadTooLarge, 413, "payload_too_large")]
    [InlineData(InvocationStatus.QueueFull, 429, "queue_full")]
    [InlineData(InvocationStatus.Overloaded, 503, "overloaded")]
    [InlineData(InvocationStatus.Unavailable, 503, "unavailable")]
    [InlineData(InvocationStatus.TimedOut, 504, "timed_out")]
    [InlineData(InvocationStatus.Cancelled, 503, "unavailable")]
    [InlineData(InvocationStatus.Failed, 500, "failed")]
    [InlineData(InvocationStatus.Trapped, 500, "trapped")]
    [InlineData(InvocationStatus.StackExhausted, 500, "stack_exhausted")]
    [InlineData(InvocationStatus.OutOfMemory, 500, "out_of_memory")]
    [InlineData(InvocationStatus.PermissionDenied, 500, "permission_denied")]
    [InlineData(InvocationStatus.TooLarge, 500, "too_large")]
    [InlineData(InvocationStatus.Conflict, 409, "conflict")]
    [InlineData(InvocationStatus.StorageFull, 507, "storage_full")]
    [InlineData(InvocationStatus.StorageFailed, 500, "storage_failed")]
    public async Task Each_failure_has_its_status_and_code(
        InvocationStatus status,
        int expected,
        string code
    )
    {
        await using var node = await AnsweringAsync(
            InvocationResult.Fail(status, "what failed and what was expected")
        );

        var answer = await node.Client.GetAsync("/app/it");

        var problem = await answer.ProblemAsync(expected, code);
        Assert.EndsWith(
            "what failed and what was expected",
            problem.Detail(),
            StringComparison.Ordinal
        );
        Assert.Equal(expected is 409 or 429 or 503, answer.Headers.RetryAfter is not null);
    }

    [Fact]
    public void Every_failure_is_in_the_table()
    {
        var codes = Enum.GetValues<InvocationStatus>()
            .Where(status => status != InvocationStatus.Completed)
            .Select(status => Problems.StatusTable.Of(status).Code);

        Assert.Equal(Enum.GetValues<InvocationStatus>().Length - 1, codes.Distinct().Count());
    }

    [Fact]
    public async Task A_function_that_throws_is_a_problem_without_stack_trace()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/it", string () => throw new InvalidOperationException("the reason"))
        );

        var problem = await (await node.Client.GetAsync("/app/it")).ProblemAsync(500, "failed");

        Assert.Contains("the reason", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_cannot_be_read_is_the_callers_fault()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/add", (int[] numbers) => numbers.Sum())
        );

        var good = await node.Client.PostAsync("/app/add", new StringContent("[1,2]"));
        var bad = await node.Client.PostAsync("/app/add", new StringContent("[1,"));

        Assert.Equal("3", await good.Content.ReadAsStringAsync());
        await bad.ProblemAsync(400, "bad_payload");
    }

    private static Task<WebNode> AnsweringAsync(InvocationResult result) =>
        WebNode.StartAsync(w => w.AddFunction("app/it", _ => ValueTask.FromResult(result)));
}
