namespace Waverless.Cluster.Membership;

public sealed class NewsQueueTests
{
    private readonly NewsQueue<string> _queue = new(static text => text.Length);

    [Fact]
    public void Each_piece_goes_out_so_often_and_no_more()
    {
        _queue.Add(new NodeId(1), "a");
        Assert.Equal(["a"], Take(10, 3));
        Assert.Equal(["a"], Take(10, 3));
        Assert.Equal(["a"], Take(10, 3));
        Assert.Empty(Take(10, 3));
        Assert.True(_queue.IsEmpty);
    }

    [Fact]
    public void What_went_out_least_goes_first()
    {
        _queue.Add(new NodeId(1), "old");
        Take(3, 5);
        _queue.Add(new NodeId(2), "new");
        Assert.Equal(["new"], Take(3, 5));
        Assert.Equal(["old", "new"], Take(10, 5));
    }

    [Fact]
    public void Newer_news_of_a_node_replace_older_ones()
    {
        _queue.Add(new NodeId(1), "older");
        Take(10, 5);
        _queue.Add(new NodeId(1), "newer");
        Assert.Equal(["newer"], Take(10, 5));
        Assert.Equal(1, _queue.Count);
        _queue.Remove(new NodeId(1));
        Assert.Empty(Take(10, 5));
    }

    [Fact]
    public void A_message_takes_what_fits_and_one_at_least()
    {
        _queue.Add(new NodeId(1), "12345");
        _queue.Add(new NodeId(2), "12345");
        Assert.Single(Take(3, 5));
        Assert.Single(Take(9, 5));
        Assert.Equal(2, Take(10, 5).Count);
    }

    [Fact]
    public void News_can_begin_as_if_they_had_been_told_before()
    {
        _queue.Add(new NodeId(1), "a", skip: 2);
        Assert.Single(Take(10, 3));
        Assert.Empty(Take(10, 3));
    }

    private List<string> Take(int bytes, int times)
    {
        var taken = new List<KeyValuePair<NodeId, string>>();
        _queue.Take(bytes, times, taken);
        return [.. taken.Select(item => item.Value)];
    }
}
