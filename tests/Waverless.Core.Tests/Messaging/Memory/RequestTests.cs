using System.Text;
using Waverless.Cluster;

namespace Waverless.Messaging.Memory;

public sealed class RequestTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TestNetwork _net = new();

    [Fact]
    public void A_request_is_answered_and_tells_who_asks() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);

            Assert.Equal("hello", await TestNetwork.AskAsync(one, 2, "hello"));
            Assert.Equal((new NodeId(1), (ushort)7), Assert.Single(other.Senders));
        });

    [Fact]
    public void Nothing_is_shared_by_reference() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            _net.Network.Faults = new LinkFaults { DelayLow = Second };
            other.Request = (text, _) => Task.FromResult(text);
            var body = Encoding.UTF8.GetBytes("before");
            var asked = one.SendAsync(
                TestNetwork.Address(2),
                new TransportMessage(7, new(body)),
                default
            );
            "after!"u8.CopyTo(body);

            using var reply = await asked;
            Assert.Equal("before", Encoding.UTF8.GetString(reply.Body));
        });

    [Fact]
    public void Nobody_there_is_unreachable_and_nothing_has_begun() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);

            using var reply = await one.SendAsync(
                TestNetwork.Address(2),
                TestNetwork.Message("hello"),
                default
            );
            Assert.Equal(TransportErrorCode.Unreachable, reply.Error!.Code);
            Assert.False(reply.Error.MayHaveBegun);
            Assert.Contains("2@node-2:2500", reply.Error.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void Another_node_than_the_expected_one_is_not_trusted() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            var wrong = new NodeAddress(new NodeId(3), "node-2", 2500);

            using var reply = await one.SendAsync(wrong, TestNetwork.Message("hello"), default);
            Assert.Equal(TransportErrorCode.NotTrusted, reply.Error!.Code);
        });

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void What_is_lost_either_way_times_out(uint from, uint to) =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            _net.Network.CutOneWay(new NodeId(from), new NodeId(to));

            Assert.Equal("TimedOut", await TestNetwork.AskAsync(one, 2, "hello", Second));
            Assert.Equal(Second, _net.Loop.Clock.Elapsed);
            _net.Network.Heal();
            Assert.Equal("hello", await TestNetwork.AskAsync(one, 2, "hello", Second));
        });

    [Fact]
    public void A_timeout_reaches_the_handler() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            var ended = Forever(other);

            Assert.Equal("TimedOut", await TestNetwork.AskAsync(one, 2, "hello", Second));
            await ended;
        });

    [Fact]
    public void A_callers_cancellation_reaches_the_handler() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            var ended = Forever(other);
            using var giveUp = new CancellationTokenSource();
            var asked = TestNetwork.AskAsync(one, 2, "hello", ct: giveUp.Token);
            await _net.Loop.DelayAsync(1);
            giveUp.Cancel();

            Assert.Equal("Cancelled", await asked);
            await ended;
        });

    [Fact]
    public void A_handler_that_throws_is_an_error_of_its_node() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            other.Request = (_, _) => throw new InvalidOperationException("broken");

            using var reply = await one.SendAsync(
                TestNetwork.Address(2),
                TestNetwork.Message("hello"),
                default
            );
            Assert.Equal(TransportErrorCode.HandlerFailed, reply.Error!.Code);
            Assert.Equal(new NodeId(2), reply.Error.At);
        });

    [Fact]
    public void A_crash_ends_what_is_in_flight_there_and_a_restart_serves_again() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            other.Request = async (_, ct) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct);
                return "";
            };
            var asked = TestNetwork.AskAsync(one, 2, "hello");
            await _net.Loop.DelayAsync(1);
            _net.Network.Crash(new NodeId(2));

            Assert.Equal("ConnectionLost", await asked);
            Assert.Equal("Unreachable", await TestNetwork.AskAsync(one, 2, "hello"));
            await _net.JoinAsync(2);
            Assert.Equal("hello", await TestNetwork.AskAsync(one, 2, "hello"));
        });

    [Fact]
    public void A_machine_that_dies_says_nothing() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            _net.Network.Crash(new NodeId(2), silently: true);

            Assert.Equal("TimedOut", await TestNetwork.AskAsync(one, 2, "hello", Second));
        });

    [Fact]
    public void A_node_that_hangs_takes_up_what_has_arrived_when_it_goes_on() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            _net.Network.Hang(new NodeId(2));
            var late = TestNetwork.AskAsync(one, 2, "late", Second);
            var kept = TestNetwork.AskAsync(one, 2, "kept");

            Assert.Equal("TimedOut", await late);
            Assert.False(kept.IsCompleted);
            _net.Network.Resume(new NodeId(2));
            Assert.Equal("kept", await kept);
        });

    [Fact]
    public void What_is_above_a_bound_is_refused() =>
        _net.Run(async () =>
        {
            var bounds = new MemoryTransportOptions { RequestsMax = 3, MessageBytesMax = 10 };
            var (one, _) = await _net.JoinAsync(1, bounds);
            var (three, _) = await _net.JoinAsync(3);
            var (_, other) = await _net.JoinAsync(2, bounds with { ServedMax = 4 });
            var ended = Forever(other);
            var asked = Enumerable
                .Range(0, 4)
                .Select(_ => TestNetwork.AskAsync(one, 2, "hello", Second))
                .ToArray();

            Assert.Equal("Overloaded", await asked[3]);
            Assert.Equal("TooLarge", await TestNetwork.AskAsync(one, 2, "12345678901"));
            var more = TestNetwork.AskAsync(three, 2, "4", Second);
            await _net.Loop.DelayAsync(0.1);
            Assert.Equal("Overloaded", await TestNetwork.AskAsync(three, 2, "5", Second));
            Assert.Equal("TimedOut", await more);
            Assert.All(await Task.WhenAll(asked[..3]), answer => Assert.Equal("TimedOut", answer));
            await ended;
        });

    [Fact]
    public void Delays_let_requests_overtake_each_other() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            _net.Network.Faults = new LinkFaults { DelayHigh = Second };
            var seen = new List<string>();
            other.Request = (text, _) =>
            {
                seen.Add(text);
                return Task.FromResult(text);
            };
            var sent = Enumerable.Range(0, 50).Select(i => $"{i}").ToArray();
            await Task.WhenAll(sent.Select(text => TestNetwork.AskAsync(one, 2, text)));

            Assert.NotEqual(sent, seen);
            Assert.Equal(sent.Order(), seen.Order());
        });

    [Fact]
    public void A_slow_node_and_a_narrow_link_take_their_time() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            _net.Network.SetSlow(new NodeId(2), Second);
            await TestNetwork.AskAsync(one, 2, "hello");
            Assert.Equal(2 * Second, _net.Loop.Clock.Elapsed);

            _net.Network.SetSlow(new NodeId(2), default);
            _net.Network.SetFaults(
                new NodeId(1),
                new NodeId(2),
                new LinkFaults { BytesPerSecond = 10 }
            );
            await TestNetwork.AskAsync(one, 2, "0123456789");
            Assert.Equal(3 * Second, _net.Loop.Clock.Elapsed);
        });

    [Fact]
    public void A_stopped_transport_refuses() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            await one.DisposeAsync();

            Assert.Equal("Stopped", await TestNetwork.AskAsync(one, 2, "hello"));
        });

    [Fact]
    public void What_is_in_flight_when_its_transport_stops_may_have_been_handled() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            var asked = TestNetwork.AskAsync(one, 2, "hello");
            await one.DisposeAsync();

            Assert.Equal("ConnectionLost", await asked);
        });

    [Fact]
    public void Two_nodes_cannot_listen_on_one_address() =>
        _net.Run(async () =>
        {
            await _net.JoinAsync(1);
            await Assert.ThrowsAsync<IOException>(() => _net.JoinAsync(1));
        });

    /// <summary>Never answers; the task ends when its token was cancelled.</summary>
    private static Task Forever(TestHandler handler)
    {
        var ended = new TaskCompletionSource();
        handler.Request = async (_, ct) =>
        {
            ct.Register(() => ended.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            return "";
        };
        return ended.Task;
    }
}
