using System.Threading.Channels;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>Messages without an answer.</summary>
public abstract class PostContract : TransportContract
{
    [Fact]
    public async Task Posts_arrive_in_their_order_one_at_a_time()
    {
        const int Count = 2000;
        var arrived = Channel.CreateUnbounded<long>();
        var inside = 0;
        Handler.Post = async (_, message) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            var number = Bytes.Number(message.Body);
            if (number % 100 == 0)
            {
                await Task.Yield();
            }

            Interlocked.Decrement(ref inside);
            arrived.Writer.TryWrite(number);
        };
        for (var number = 0; number < Count; number++)
        {
            var message = new TransportMessage(Kind, Bytes.Of(number));
            Assert.Null(await One.PostAsync(Two.Local, message, default));
        }

        for (var number = 0; number < Count; number++)
        {
            Assert.Equal(number, await Soon(arrived.Reader.ReadAsync().AsTask()));
        }
    }

    [Fact]
    public async Task A_post_handler_that_fails_does_not_stop_the_next_one()
    {
        var arrived = new TaskCompletionSource<long>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Handler.Post = (_, message) =>
        {
            var number = Bytes.Number(message.Body);
            if (number == 0)
            {
                throw new InvalidOperationException("the first one fails");
            }

            arrived.TrySetResult(number);
            return ValueTask.CompletedTask;
        };
        await One.PostAsync(Two.Local, new TransportMessage(Kind, Bytes.Of(0)), default);
        await One.PostAsync(Two.Local, new TransportMessage(Kind, Bytes.Of(1)), default);
        Assert.Equal(1, await Soon(arrived.Task));
    }

    [Fact]
    public async Task A_post_handler_that_is_behind_holds_up_no_request()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handler.Post = async (_, _) => await release.Task;
        for (var number = 0; number < 10; number++)
        {
            await One.PostAsync(Two.Local, Message(Bytes.Pattern(100_000)), default);
        }

        using var reply = await Soon(AskAsync(3).AsTask());
        Assert.Equal(3, Bytes.Number(reply.Body));
        release.SetResult();
    }

    [Fact]
    public async Task A_post_to_nobody_says_so()
    {
        var message = new TransportMessage(Kind, Bytes.Of(0));
        var error = await One.PostAsync(Place.Nowhere(new(5)), message, default);
        Assert.Equal(TransportErrorCode.Unreachable, error?.Code);
    }

    [Fact]
    public async Task A_post_that_is_too_large_is_not_sent()
    {
        var message = Message(new byte[Limits.MessageBytesMax + 1]);
        var error = await One.PostAsync(Two.Local, message, default);
        Assert.Equal(TransportErrorCode.TooLarge, error?.Code);
    }
}
