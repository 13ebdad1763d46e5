namespace Waverless.Scheduling;

public sealed class RecentStartsTests
{
    [Fact]
    public void A_start_is_remembered_over_the_next_report_and_then_forgotten()
    {
        var starts = new RecentStarts();
        var node = Clusters.Node(3);
        starts.Add(node, app: 99);

        Assert.True(starts.Contains(node, 99));
        Assert.True(starts.Contains(node with { Report = 2 }, 99));
        Assert.False(starts.Contains(node with { Report = 3 }, 99));
        Assert.False(starts.Contains(node, 98));
        Assert.False(starts.Contains(Clusters.Node(4), 99));
    }
}
