namespace Waverless.Cluster.Membership;

public sealed class SuspicionTests
{
    private static readonly TimeSpan Low = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan High = TimeSpan.FromSeconds(4);

    [Fact]
    public void A_suspicion_ends_sooner_the_more_share_it()
    {
        var suspicion = new Suspicion(TimeSpan.Zero, Low, High, sharersMax: 3);
        var ends = new List<TimeSpan>();
        for (var node = 1u; node <= 4; node++)
        {
            Assert.True(suspicion.Share(new NodeId(node)));
            ends.Add(suspicion.Ends);
        }

        Assert.Equal(High, ends[0]);
        Assert.Equal(Low, ends[^1]);
        Assert.Equal(ends.OrderDescending(), ends);
    }

    [Fact]
    public void Nobody_shares_it_twice_and_more_than_enough_do_not_count()
    {
        var suspicion = new Suspicion(TimeSpan.Zero, Low, High, sharersMax: 1);
        Assert.True(suspicion.Share(new NodeId(1)));
        Assert.False(suspicion.Share(new NodeId(1)));
        Assert.Equal(High, suspicion.Ends);
        Assert.True(suspicion.Share(new NodeId(2)));
        Assert.False(suspicion.Share(new NodeId(3)));
        Assert.Equal(Low, suspicion.Ends);
    }

    [Fact]
    public void Where_nobody_else_can_share_it_lasts_longest()
    {
        var suspicion = new Suspicion(TimeSpan.Zero, Low, High, sharersMax: 0);
        suspicion.Share(new NodeId(1));
        Assert.Equal(High, suspicion.Ends);
    }

    [Fact]
    public void Who_misses_many_answers_gives_others_more_time()
    {
        var health = new LocalHealth();
        Assert.Equal(Low, health.Stretch(Low));
        health.Worse(100);
        Assert.Equal(LocalHealth.ScoreMax, health.Score);
        Assert.Equal(Low * 9, health.Stretch(Low));
        for (var i = 0; i < 20; i++)
        {
            health.Better();
        }

        Assert.Equal(0, health.Score);
    }
}
