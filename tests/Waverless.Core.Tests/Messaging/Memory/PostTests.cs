using Waverless.Cluster;

namespace Waverless.Messaging.Memory;

public sealed class PostTests
{
    private readonly TestNetwork _net = new();

    [Fact]
    public void Posts_keep_their_order_and_come_one_at_a_time() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            _net.Network.Faults = new LinkFaults { DelayHigh = TimeSpan.FromSeconds(1) };
            var running = 0;
            other.Post = async _ =>
            {
                Assert.Equal(1, ++running);
                await _net.Loop.DelayAsync(0.01);
                running--;
            };
            var sent = Enumerable.Range(0, 50).Select(i => $"{i}").ToArray();
            foreach (var text in sent)
            {
                Assert.Null(await PostAsync(one, text));
            }

            await _net.Loop.DelayAsync(10);
            Assert.Equal(sent, other.Posts);
        });

    [Fact]
    public void Posts_are_lost_and_arrive_twice_as_the_link_has_it() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            _net.Network.Faults = new LinkFaults { Drop = 0.2, Duplicate = 0.2 };
            for (var i = 0; i < 1_000; i++)
            {
                await PostAsync(one, $"{i}");
            }

            await _net.Loop.DelayAsync(1);
            Assert.InRange(other.Posts.Distinct().Count(), 700, 900);
            Assert.InRange(other.Posts.Count - other.Posts.Distinct().Count(), 60, 240);
            Assert.Equal(other.Posts.Order(Comparer<string>.Create(ByNumber)), other.Posts);
        });

    [Fact]
    public void Requests_never_arrive_twice() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            _net.Network.Faults = new LinkFaults { Duplicate = 1 };
            await TestNetwork.AskAsync(one, 2, "once");
            await _net.Loop.DelayAsync(1);
            Assert.Single(other.Senders);
        });

    [Fact]
    public void A_post_waits_for_room_and_may_give_up() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1, new MemoryTransportOptions { PostsMax = 2 });
            var (_, other) = await _net.JoinAsync(2);
            var open = new TaskCompletionSource();
            other.Post = _ => open.Task;
            await PostAsync(one, "1");
            await PostAsync(one, "2");
            using var giveUp = new CancellationTokenSource();
            var impatient = PostAsync(one, "3", giveUp.Token);
            var patient = PostAsync(one, "4");
            await _net.Loop.DelayAsync(1);
            Assert.False(impatient.IsCompleted || patient.IsCompleted);
            giveUp.Cancel();
            Assert.Equal(TransportErrorCode.Cancelled, (await impatient)!.Code);
            open.SetResult();
            Assert.Null(await patient);
            await _net.Loop.DelayAsync(1);
            Assert.Equal(["1", "2", "4"], other.Posts);
        });

    [Fact]
    public void Who_waits_for_room_hears_of_the_others_end() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1, new MemoryTransportOptions { PostsMax = 1 });
            await _net.JoinAsync(2);
            _net.Network.Hang(new NodeId(2));
            await PostAsync(one, "1");
            var waiting = PostAsync(one, "2");
            await _net.Loop.DelayAsync(1);
            _net.Network.Crash(new NodeId(2));
            Assert.Equal(TransportErrorCode.ConnectionLost, (await waiting)!.Code);
            Assert.Equal(TransportErrorCode.Unreachable, (await PostAsync(one, "3"))!.Code);
        });

    [Fact]
    public void Posts_to_a_silent_node_never_pile_up() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1, new MemoryTransportOptions { PostsMax = 2 });
            await _net.JoinAsync(2);
            _net.Network.Crash(new NodeId(2), silently: true);
            for (var i = 0; i < 10; i++)
            {
                Assert.Null(await PostAsync(one, "x"));
            }
        });

    [Fact]
    public void What_was_posted_to_an_old_life_never_reaches_the_next() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            await _net.JoinAsync(2);
            _net.Network.Faults = new LinkFaults { DelayLow = TimeSpan.FromSeconds(1) };
            await PostAsync(one, "old");
            _net.Network.Crash(new NodeId(2));
            var (_, next) = await _net.JoinAsync(2);
            await PostAsync(one, "new");
            await _net.Loop.DelayAsync(5);
            Assert.Equal(["new"], next.Posts);
        });

    [Fact]
    public void A_handler_that_throws_costs_its_own_post_only() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            var failures = new List<(NodeId, Exception)>();
            _net.Network.Failed = (node, failure) => failures.Add((node, failure));
            other.Post = text =>
                text == "bad" ? throw new InvalidOperationException(text) : Task.CompletedTask;
            await PostAsync(one, "bad");
            await PostAsync(one, "good");
            await _net.Loop.DelayAsync(1);
            Assert.Equal(["good"], other.Posts);
            Assert.Equal(new NodeId(2), Assert.Single(failures).Item1);
        });

    private static int ByNumber(string? one, string? other) =>
        int.Parse(one!, null).CompareTo(int.Parse(other!, null));

    private static async Task<TransportError?> PostAsync(
        MemoryTransport from,
        string text,
        CancellationToken ct = default
    ) => await from.PostAsync(TestNetwork.Address(2), TestNetwork.Message(text), ct);
}
