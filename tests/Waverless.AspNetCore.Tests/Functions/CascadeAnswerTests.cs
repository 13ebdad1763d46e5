using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Hosting;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Functions;

public sealed class CascadeAnswerTests
{
    [Fact]
    public async Task Waiting_answers_when_everything_has_ended_with_the_counts()
    {
        var ran = 0;
        await using var node = await WebNode.StartAsync(w =>
            Root(w, "begun")
                .AddFunction(
                    "app/second",
                    () => Interlocked.Increment(ref ran),
                    f => f.OnSet("key")
                )
        );

        var answer = await node.Client.GetAsync("/app/first?wait=cascade");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var report = await answer.JsonAsync();
        Assert.Equal(1, Volatile.Read(ref ran));
        Assert.True(report.GetProperty("finished").GetBoolean());
        Assert.Equal(2, report.GetProperty("invocations").GetInt64());
        Assert.Equal(0, report.GetProperty("failures").GetInt64());
        Assert.Equal(2, report.GetProperty("longestChain").GetInt64());
        Assert.True(report.GetProperty("elapsedMs").GetDouble() > 0);
        Assert.NotEmpty(report.GetProperty("id").GetString()!);
        Assert.Equal("begun", report.GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("""{"a":[1]}""", null, JsonValueKind.Object)]
    [InlineData("17", "application/json; charset=utf-8", JsonValueKind.Number)]
    [InlineData("17", null, JsonValueKind.String)]
    [InlineData("{not json", null, JsonValueKind.String)]
    [InlineData("{} {}", null, JsonValueKind.String)]
    [InlineData("", null, JsonValueKind.Null)]
    public async Task The_functions_own_answer_is_in_it_as_json_or_text(
        string body,
        string? type,
        JsonValueKind expected
    )
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction(
                "app/it",
                _ =>
                    ValueTask.FromResult(
                        InvocationResult.Completed(Encoding.UTF8.GetBytes(body), type)
                    )
            )
        );

        var answer = await node.Client.PostAsync("/app/it?wait=cascade", null);

        var result = (await answer.JsonAsync()).GetProperty("result");
        Assert.Equal(expected, result.ValueKind);
        if (expected != JsonValueKind.Null)
        {
            Assert.Equal(body, result.ToString());
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_do_not_break_the_answer()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/it", () => new byte[] { 0xff, 0xfe, 0x00 })
        );

        var report = await (await node.Client.GetAsync("/app/it?wait=cascade")).JsonAsync();

        Assert.Equal(JsonValueKind.String, report.GetProperty("result").ValueKind);
    }

    [Fact]
    public async Task A_failed_call_is_the_usual_problem()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/it", string () => throw new InvalidOperationException("no"))
        );

        var answer = await node.Client.GetAsync("/app/it?wait=cascade");

        await answer.ProblemAsync(500, "failed");
    }

    [Fact]
    public async Task A_deadline_that_comes_first_answers_with_the_counts_so_far()
    {
        var end = new TaskCompletionSource();
        await using var node = await WebNode.StartAsync(w =>
            Root(w, "begun", TimeSpan.FromMilliseconds(150))
                .AddFunction("app/second", async () => await end.Task, f => f.OnSet("key"))
        );

        var answer = await node.Client.GetAsync("/app/first?wait=cascade");
        end.SetResult();

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var report = await answer.JsonAsync();
        Assert.False(report.GetProperty("finished").GetBoolean());
        Assert.Equal(1, report.GetProperty("invocations").GetInt64());
        Assert.Equal("begun", report.GetProperty("result").GetString());
    }

    private static IWaverlessBuilder Root(
        IWaverlessBuilder waverless,
        string answer,
        TimeSpan? timeout = null
    ) =>
        waverless.AddFunction(
            "app/first",
            async context =>
            {
                await context.SetAsync("key", "value"u8);
                return InvocationResult.Completed(Encoding.UTF8.GetBytes(answer));
            },
            f => f.Get().Writes("key").Timeout(timeout ?? TimeSpan.FromSeconds(60))
        );
}
