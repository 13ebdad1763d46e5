namespace Waverless.Scheduling;

public sealed class SentWorkTests
{
    [Fact]
    public void What_was_sent_counts_until_the_node_reports_again()
    {
        var sent = new SentWork();
        var node = Clusters.Node(7);
        sent.Add(node, 1.5f);
        sent.Add(node, 2);

        Assert.Equal(2, sent.Read(node).Count);
        Assert.Equal(3.5f, sent.Read(node).Ms, 0.01f);
        Assert.Equal((0, 0f), sent.Read(node with { Report = 2 }));
        Assert.Equal((0, 0f), sent.Read(Clusters.Node(8)));

        sent.Add(node with { Report = 2 }, 4);
        Assert.Equal(1, sent.Read(node with { Report = 2 }).Count);
        Assert.Equal(4f, sent.Read(node with { Report = 2 }).Ms, 0.01f);
    }

    [Fact]
    public void It_saturates_instead_of_running_over()
    {
        var sent = new SentWork();
        var node = Clusters.Node(1);
        for (var i = 0; i < 70_000; i++)
        {
            sent.Add(node, float.PositiveInfinity);
        }

        var (count, ms) = sent.Read(node);
        Assert.Equal(65_535, count);
        Assert.InRange(ms, 4_000_000f, 4_300_000f);
    }

    [Fact]
    public async Task Threads_lose_nothing()
    {
        var sent = new SentWork();
        var node = Clusters.Node(1);
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 5_000; i++)
                        {
                            sent.Add(node, 0.001f);
                        }
                    })
                )
        );

        var (count, ms) = sent.Read(node);
        Assert.Equal(20_000, count);
        Assert.Equal(20f, ms, 0.01f);
    }
}
