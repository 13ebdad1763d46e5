using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>Requests and their answers.</summary>
public abstract class RequestContract : TransportContract
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(70_000)]
    [InlineData(1024 * 1024)]
    public async Task A_request_of_any_length_is_answered(int length)
    {
        var body = Bytes.Pattern(length);
        using var reply = await One.SendAsync(Two.Local, Message(body), default);
        Assert.Null(reply.Error);
        Assert.Equal(body, reply.Body.ToArray());
    }

    [Fact]
    public async Task A_body_in_pieces_arrives_whole()
    {
        var body = Bytes.Pattern(1000);
        var message = new TransportMessage(Kind, Bytes.InPieces(body));
        using var reply = await One.SendAsync(Two.Local, message, default);
        Assert.Equal(body, reply.Body.ToArray());
    }

    [Fact]
    public async Task The_handler_sees_who_asks_what_and_for_how_long()
    {
        var trace = new ActivityContext(
            ActivityTraceId.CreateRandom(),
            ActivitySpanId.CreateRandom(),
            ActivityTraceFlags.Recorded,
            "a=b",
            isRemote: true
        );
        (NodeId From, TransportMessage Message)? seen = null;
        Handler.Request = (from, message, _) =>
        {
            seen = (from, message);
            return ValueTask.FromResult(Bytes.Reply(1));
        };
        var sent = new TransportMessage(12345, Bytes.Of(1), TimeSpan.FromSeconds(20), trace);
        using var reply = await One.SendAsync(Two.Local, sent, default);
        Assert.Equal(One.Local.Id, seen!.Value.From);
        Assert.Equal(12345, seen.Value.Message.Kind);
        Assert.InRange(
            seen.Value.Message.Timeout!.Value,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(20)
        );
        Assert.Equal(trace.TraceId, seen.Value.Message.Trace.TraceId);
        Assert.Equal(trace.SpanId, seen.Value.Message.Trace.SpanId);
        Assert.Equal(trace.TraceFlags, seen.Value.Message.Trace.TraceFlags);
        Assert.Equal(trace.TraceState, seen.Value.Message.Trace.TraceState);
    }

    [Fact]
    public async Task Many_at_once_get_each_their_own_answer()
    {
        Handler.Request = async (_, message, _) =>
        {
            var number = Bytes.Number(message.Body);
            if (number % 3 == 0)
            {
                await Task.Yield();
            }

            return Bytes.Reply(number * 2);
        };
        await Parallel.ForAsync(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 64 },
            async (number, ct) =>
            {
                using var reply = await AskAsync(number, ct);
                Assert.Null(reply.Error);
                Assert.Equal(number * 2, Bytes.Number(reply.Body));
            }
        );
    }

    [Fact]
    public async Task Both_sides_ask_each_other_at_the_same_time()
    {
        await Parallel.ForAsync(
            0,
            200,
            async (number, _) =>
            {
                var (from, to) = number % 2 == 0 ? (One, Two) : (Two, One);
                var message = new TransportMessage(Kind, Bytes.Of(number));
                using var reply = await from.SendAsync(to.Local, message, default);
                Assert.Equal(number, Bytes.Number(reply.Body));
            }
        );
    }

    [Fact]
    public async Task A_request_that_waits_does_not_hold_up_others()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handler.Request = async (_, message, _) =>
        {
            if (Bytes.Number(message.Body) == 0)
            {
                await release.Task;
            }

            return Bytes.Reply(message.Body);
        };
        var waiting = AskAsync(0).AsTask();
        for (var number = 1; number < 100; number++)
        {
            using var reply = await AskAsync(number);
            Assert.Equal(number, Bytes.Number(reply.Body));
        }

        Assert.False(waiting.IsCompleted);
        release.SetResult();
        (await Soon(waiting)).Dispose();
    }

    [Fact]
    public async Task A_request_ends_with_its_timeout_and_so_does_the_handlers_token()
    {
        (await AskAsync(0)).Dispose();
        var cancelled = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Handler.Request = async (_, _, ct) =>
        {
            ct.Register(() => cancelled.TrySetResult());
            await Task.Delay(Timeout.Infinite, ct);
            return default;
        };
        var message = new TransportMessage(Kind, Bytes.Of(1), TimeSpan.FromMilliseconds(200));
        using var reply = await Soon(One.SendAsync(Two.Local, message, default).AsTask());
        Assert.Equal(TransportErrorCode.TimedOut, Error(reply).Code);
        Assert.True(Error(reply).MayHaveBegun);
        await Soon(cancelled.Task);
    }

    [Fact]
    public async Task A_caller_that_gives_up_cancels_the_handlers_token()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Handler.Request = async (_, _, ct) =>
        {
            ct.Register(() => cancelled.TrySetResult());
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return default;
        };
        using var stop = new CancellationTokenSource();
        var asked = AskAsync(1, stop.Token).AsTask();
        await Soon(begun.Task);
        await stop.CancelAsync();
        using var reply = await Soon(asked);
        Assert.Equal(TransportErrorCode.Cancelled, Error(reply).Code);
        await Soon(cancelled.Task);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_sends_nothing()
    {
        var handled = 0;
        Handler.Request = (_, message, _) =>
        {
            Interlocked.Increment(ref handled);
            return ValueTask.FromResult(Bytes.Reply(message.Body));
        };
        (await AskAsync(1)).Dispose();
        using var reply = await AskAsync(2, new CancellationToken(canceled: true));
        Assert.Equal(TransportErrorCode.Cancelled, Error(reply).Code);
        (await AskAsync(3)).Dispose();
        Assert.Equal(2, handled);
    }

    [Fact]
    public async Task A_cancelled_request_does_not_cancel_a_later_one()
    {
        var tokens = new ConcurrentBag<bool>();
        Handler.Request = async (_, message, ct) =>
        {
            var number = Bytes.Number(message.Body);
            await Task.Delay(number == 0 ? Timeout.Infinite : 1, number == 0 ? ct : default);
            tokens.Add(ct.IsCancellationRequested);
            return Bytes.Reply(number);
        };
        for (var round = 1; round <= 50; round++)
        {
            using var stop = new CancellationTokenSource();
            var given = AskAsync(0, stop.Token).AsTask();
            var kept = AskAsync(round).AsTask();
            await stop.CancelAsync();
            (await Soon(given)).Dispose();
            using var reply = await Soon(kept);
            Assert.Null(reply.Error);
        }

        Assert.DoesNotContain(true, tokens);
    }

    [Fact]
    public async Task A_handler_that_throws_is_a_typed_error_of_the_other_node()
    {
        Handler.Request = (_, message, _) =>
            Bytes.Number(message.Body) == 0
                ? throw new InvalidOperationException("secret")
                : ValueTask.FromResult(Bytes.Reply(message.Body));
        using var failed = await AskAsync(0);
        var error = Error(failed);
        Assert.Equal(TransportErrorCode.HandlerFailed, error.Code);
        Assert.Equal(Two.Local.Id, error.At);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        using var reply = await AskAsync(5);
        Assert.Equal(5, Bytes.Number(reply.Body));
    }

    [Fact]
    public async Task A_handler_that_throws_later_is_a_typed_error_too()
    {
        Handler.Request = async (_, _, _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        };
        using var reply = await AskAsync(0);
        Assert.Equal(TransportErrorCode.HandlerFailed, Error(reply).Code);
    }

    [Fact]
    public async Task An_error_that_a_handler_answers_arrives_as_it_is()
    {
        var sent = new TransportError(TransportErrorCode.Overloaded, new NodeId(9), "no room");
        Handler.Request = (_, _, _) => ValueTask.FromResult(new TransportReply(sent));
        using var reply = await AskAsync(0);
        var error = Error(reply);
        Assert.Equal(sent.Code, error.Code);
        Assert.Equal(sent.At, error.At);
        Assert.Contains("no room", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_kept_until_the_handler_completes_stays_what_it_was()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handler.Request = async (_, message, _) =>
        {
            await release.Task;
            return Bytes.Reply(message.Body);
        };
        var bodies = Enumerable.Range(0, 200).Select(seed => Bytes.Pattern(3000, seed)).ToArray();
        var asked = bodies
            .Select(body => One.SendAsync(Two.Local, Message(body), default).AsTask())
            .ToArray();
        release.SetResult();
        for (var index = 0; index < bodies.Length; index++)
        {
            using var reply = await Soon(asked[index]);
            Assert.Equal(bodies[index], reply.Body.ToArray());
        }
    }
}
