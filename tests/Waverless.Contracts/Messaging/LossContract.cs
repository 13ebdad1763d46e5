using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>Nodes that go, and come again.</summary>
public abstract class LossContract : TransportContract
{
    [Fact]
    public async Task A_request_to_nobody_has_reached_nobody()
    {
        var nobody = Place.Nowhere(new(5));
        using var reply = await One.SendAsync(nobody, Message([1]), default);
        var error = Error(reply);
        Assert.Equal(TransportErrorCode.Unreachable, error.Code);
        Assert.Equal(One.Local.Id, error.At);
        Assert.False(error.MayHaveBegun);
        Assert.Contains(nobody.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_stops_fails_what_was_in_flight_and_nothing_else()
    {
        var three = await StartAsync(3, new TestHandler());
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Handler.Request = async (_, message, ct) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return default;
        };
        var inFlight = AskAsync(1).AsTask();
        await Soon(begun.Task);
        await Two.DisposeAsync();
        using var lost = await Soon(inFlight);
        Assert.Equal(TransportErrorCode.ConnectionLost, Error(lost).Code);
        Assert.True(Error(lost).MayHaveBegun);
        using var reply = await One.SendAsync(three.Local, Message([9]), default);
        Assert.Null(reply.Error);
    }

    [Fact]
    public async Task A_node_that_comes_again_is_reached_again()
    {
        (await AskAsync(1)).Dispose();
        var address = Two.Local;
        await Two.DisposeAsync();
        using (var gone = await One.SendAsync(address, Message([1]), default))
        {
            Assert.NotNull(gone.Error);
        }

        await StartAsync(2, new TestHandler(), address.Port);
        Assert.Equal(4, await AskUntilAnsweredAsync(address, 4));
    }

    [Fact]
    public async Task A_node_that_comes_again_elsewhere_is_reached_there()
    {
        (await AskAsync(1)).Dispose();
        await Two.DisposeAsync();
        var again = await StartAsync(2, new TestHandler());
        Assert.Equal(4, await AskUntilAnsweredAsync(again.Local, 4));
    }

    [Fact]
    public async Task Posts_reach_a_node_that_comes_again()
    {
        await One.PostAsync(Two.Local, Message([1]), default);
        var address = Two.Local;
        await Two.DisposeAsync();
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new TestHandler
        {
            Post = (_, _) =>
            {
                arrived.TrySetResult();
                return ValueTask.CompletedTask;
            },
        };
        await StartAsync(2, handler, address.Port);
        using var patience = new CancellationTokenSource(Patience);
        while (!arrived.Task.IsCompleted)
        {
            await One.PostAsync(address, Message([2]), patience.Token);
            await Task.WhenAny(arrived.Task, Task.Delay(10, patience.Token));
        }
    }

    [Fact]
    public async Task Stopping_ends_own_requests_as_lost_and_refuses_later_ones()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Handler.Request = async (_, _, ct) =>
        {
            ct.Register(() => cancelled.TrySetResult());
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return default;
        };
        var inFlight = AskAsync(1).AsTask();
        await Soon(begun.Task);
        await Soon(One.DisposeAsync().AsTask());
        using var ended = await Soon(inFlight);
        // It has begun, and nobody knows what becomes of it.
        Assert.Equal(TransportErrorCode.ConnectionLost, Error(ended).Code);
        Assert.True(Error(ended).MayHaveBegun);
        await Soon(cancelled.Task);
        using var later = await AskAsync(2);
        Assert.Equal(TransportErrorCode.Stopped, Error(later).Code);
        Assert.Equal(
            TransportErrorCode.Stopped,
            (await One.PostAsync(Two.Local, Message([1]), default))?.Code
        );
    }

    [Fact]
    public async Task Stopping_ends_streams_on_both_sides()
    {
        var ended = new TaskCompletionSource<Exception>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Handler.Stream = async (stream, _) =>
        {
            try
            {
                await stream.Input.ReadAsync(CancellationToken.None);
            }
            catch (TransportStreamException e)
            {
                ended.SetResult(e);
            }
        };
        var stream = await One.ConnectAsync(Two.Local, 3, default);
        var reading = stream.Input.ReadAsync().AsTask();
        await Soon(One.DisposeAsync().AsTask());
        await Assert.ThrowsAsync<TransportStreamException>(() => Soon(reading));
        await Soon(ended.Task);
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Stopping_with_a_thousand_requests_in_flight_answers_all_of_them()
    {
        Handler.Request = async (_, message, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return Bytes.Reply(message.Body);
        };
        var requests = Enumerable.Range(0, 1000).Select(n => AskAsync(n).AsTask()).ToArray();
        await Soon(Two.DisposeAsync().AsTask());
        foreach (var request in requests)
        {
            using var reply = await Soon(request);
            Assert.NotNull(reply.Error);
        }
    }
}
