using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Functions;

public sealed class AdmissionTests
{
    [Fact]
    public async Task A_full_queue_is_told_with_when_to_come_back()
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction(
                "app/one",
                async () =>
                {
                    entered.TrySetResult();
                    await leave.Task;
                    return "done";
                },
                f => f.Get().Concurrency(1).Queue(0)
            )
        );

        var first = node.Client.GetStringAsync("/app/one");
        await entered.Task;
        var second = await node.Client.GetAsync("/app/one");
        leave.SetResult();

        await second.ProblemAsync(429, "queue_full");
        Assert.Equal("1", second.Headers.RetryAfter!.ToString());
        Assert.Equal("done", await first);
    }

    [Fact]
    public async Task A_function_that_does_not_end_is_a_gateway_timeout()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction(
                "app/slow",
                async (CancellationToken ct) =>
                {
                    await Task.Delay(Timeout.Infinite, ct);
                },
                f => f.Get().Timeout(TimeSpan.FromMilliseconds(30))
            )
        );

        var answer = await node.Client.GetAsync("/app/slow");

        await answer.ProblemAsync(504, "timed_out");
    }

    [Theory]
    [InlineData("GET /app/wait HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /app/wait HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("GET /app/wait?wait=cascade HTTP/1.1\r\nHost: x\r\n\r\n")]
    public async Task A_caller_that_goes_away_ends_the_invocation(string request)
    {
        var entered = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction(
                "app/wait",
                async (CancellationToken ct) =>
                {
                    entered.SetResult();
                    try
                    {
                        await Task.Delay(Timeout.Infinite, ct);
                    }
                    finally
                    {
                        ended.SetResult();
                    }
                }
            )
        );

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(node.Address.Host, node.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
            await entered.Task;
        }

        await ended.Task;
    }

    [Fact]
    public async Task A_caller_that_goes_away_in_the_middle_of_its_body_harms_nobody()
    {
        var calls = 0;
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction(
                "app/count",
                (byte[] body) => $"{body.Length} {Interlocked.Increment(ref calls)}",
                f => f.Post().Concurrency(1).Queue(8)
            )
        );

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(node.Address.Host, node.Address.Port);
            var part = "POST /app/count HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nab";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(part));
        }

        var answer = await node.Client.PostAsync("/app/count", new StringContent("abc"));
        Assert.Equal("3 1", await answer.Content.ReadAsStringAsync());
    }
}
