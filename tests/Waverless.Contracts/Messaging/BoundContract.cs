using System.Buffers;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>Bounds: each is a typed error, and what comes after it is served again.</summary>
public abstract class BoundContract : TransportContract
{
    protected override TransportPlaceLimits Limits =>
        new(MessageBytesMax: 100_000, PeerRequestsMax: 1000, PeerStreamsMax: 8);

    [Fact]
    public async Task A_request_that_is_too_large_is_not_sent()
    {
        using var refused = await One.SendAsync(Two.Local, Message(new byte[100_001]), default);
        Assert.Equal(TransportErrorCode.TooLarge, Error(refused).Code);
        Assert.False(Error(refused).MayHaveBegun);
        using var taken = await One.SendAsync(Two.Local, Message(new byte[100_000]), default);
        Assert.Null(taken.Error);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_the_handlers_failure()
    {
        Handler.Request = (_, _, _) =>
            ValueTask.FromResult(new TransportReply(new ReadOnlySequence<byte>(new byte[100_001])));
        using var reply = await AskAsync(1);
        Assert.Equal(TransportErrorCode.HandlerFailed, Error(reply).Code);
    }

    [Fact]
    public async Task Ten_thousand_requests_meet_the_bound_and_none_is_lost()
    {
        const int Asked = 10_000;
        (await AskAsync(1)).Dispose();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handler.Request = async (_, message, _) =>
        {
            await release.Task;
            return Bytes.Reply(message.Body);
        };
        var requests = Enumerable.Range(0, Asked).Select(n => AskAsync(n).AsTask()).ToArray();
        Assert.Equal(
            Asked - Limits.PeerRequestsMax,
            await CountAsync(requests.Where(request => request.IsCompleted))
        );
        release.SetResult();
        var refused = await CountAsync(requests);
        Assert.Equal(Asked - Limits.PeerRequestsMax, refused);
        using var reply = await AskAsync(1);
        Assert.Null(reply.Error);

        static async Task<int> CountAsync(IEnumerable<Task<TransportReply>> replies)
        {
            var refused = 0;
            foreach (var waiting in replies)
            {
                var reply = await Soon(waiting);
                if (reply.Error is { } error)
                {
                    Assert.Equal(TransportErrorCode.Overloaded, error.Code);
                    Assert.False(error.MayHaveBegun);
                    refused++;
                }
            }

            return refused;
        }
    }

    [Fact]
    public async Task More_streams_than_the_bound_are_refused()
    {
        Handler.Stream = async (stream, ct) => await stream.Input.ReadAsync(ct);
        List<TransportStream> open = [];
        for (var index = 0; index < Limits.PeerStreamsMax; index++)
        {
            open.Add(await One.ConnectAsync(Two.Local, 3, default));
        }

        var thrown = await Assert.ThrowsAsync<TransportStreamException>(() =>
            One.ConnectAsync(Two.Local, 3, default).AsTask()
        );
        Assert.Equal(TransportErrorCode.Overloaded, thrown.Error.Code);
        foreach (var stream in open)
        {
            await stream.DisposeAsync();
        }

        await Soon(UntilOpenAsync());
    }

    /// <summary>The other side notices a little later that streams have ended.</summary>
    private async Task UntilOpenAsync()
    {
        while (true)
        {
            try
            {
                await using var stream = await One.ConnectAsync(Two.Local, 3, default);
                return;
            }
            catch (TransportStreamException e)
            {
                Assert.Equal(TransportErrorCode.Overloaded, e.Error.Code);
                await Task.Delay(10);
            }
        }
    }
}
