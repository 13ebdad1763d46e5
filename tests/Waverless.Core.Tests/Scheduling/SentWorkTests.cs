using Waverless.Cluster;

namespace Waverless.Scheduling;

public sealed class SentWorkTests
{
    private static readonly NodeId Node = new(7);

    [Fact]
    public void What_was_sent_drains_at_the_rate_that_is_asked_for()
    {
        var sent = new SentWork();
        sent.Add(Node, nowMs: 100, drained: 2, ms: 6);
        sent.Add(Node, nowMs: 100, drained: 2, ms: 4);

        Assert.Equal(10f, sent.Read(Node, 100, 2), 0.1f);
        Assert.Equal(6f, sent.Read(Node, 102, 2), 0.1f);
        Assert.Equal(0f, sent.Read(Node, 200, 2));
    }

    [Fact]
    public void Nodes_are_told_apart() => Assert.Equal(0f, Filled().Read(new NodeId(8), 100, 1));

    [Fact]
    public void A_thread_with_an_older_time_takes_nothing_away() =>
        Assert.Equal(5f, Filled().Read(Node, 90, 1), 0.1f);

    [Fact]
    public async Task Threads_lose_nothing()
    {
        var sent = new SentWork();
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 5_000; i++)
                        {
                            sent.Add(Node, 1, 1, 1);
                        }
                    })
                )
        );

        Assert.Equal(20_000f, sent.Read(Node, 1, 1));
    }

    private static SentWork Filled()
    {
        var sent = new SentWork();
        sent.Add(Node, 100, 1, 5);
        return sent;
    }
}
