using Waverless.Apps;
using Waverless.Cluster;

namespace Waverless.Scheduling;

public sealed class AffinityFilterTests
{
    private static readonly FunctionAddress Function = new("app", "function");

    [Fact]
    public void Anywhere_leaves_the_cluster_as_it_is()
    {
        var cluster = Clusters.Of(3);

        Assert.Same(cluster, Filter(FunctionAffinity.Anywhere).Apply(cluster).Cluster);
    }

    [Fact]
    public void A_node_needs_all_tags()
    {
        var cluster = Clusters
            .Of(3)
            .With(1, node => node with { Tags = ["gpu"] })
            .With(2, node => node with { Tags = ["gpu", "ssd"] });

        Assert.Equal([2u], Ids(new() { Tags = ["gpu", "ssd"] }, cluster));
        Assert.Equal([1u, 2u], Ids(new() { Tags = ["gpu"] }, cluster));
    }

    [Fact]
    public void A_list_allows_only_its_nodes() =>
        Assert.Equal([1u, 3u], Ids(new() { NodeIds = [3, 1, 9] }, Clusters.Of(4)));

    [Fact]
    public void A_suspected_node_is_taken_only_when_nobody_else_fits()
    {
        var cluster = Clusters
            .Of(4)
            .With(2, node => node with { Tags = ["gpu"], IsSuspected = true })
            .With(3, node => node with { IsSuspected = true });

        Assert.Equal([1u, 4u], Ids(FunctionAffinity.Anywhere, cluster));
        Assert.Equal([4u], Ids(new() { NodeIds = [3, 4] }, cluster));
        Assert.Equal([2u], Ids(new() { Tags = ["gpu"] }, cluster));
    }

    [Fact]
    public void A_number_allows_that_many_nodes_and_always_the_same()
    {
        var cluster = Clusters.Of(9);
        var chosen = Ids(new() { NodesMax = 3 }, cluster);

        Assert.Equal(3, chosen.Length);
        Assert.Equal(chosen.Order(), chosen);
        Assert.Equal(chosen, Ids(new() { NodesMax = 3 }, Clusters.Of(9)));
        Assert.Equal(9, Ids(new() { NodesMax = 20 }, cluster).Length);
    }

    [Fact]
    public void When_a_chosen_node_leaves_one_other_takes_its_place()
    {
        var cluster = Clusters.Of(9);
        var before = Ids(new() { NodesMax = 3 }, cluster);
        foreach (var node in cluster.Nodes)
        {
            var after = Ids(new() { NodesMax = 3 }, cluster.Without(node.Id.Value));

            var kept = before.Except([node.Id.Value]).ToArray();
            Assert.Empty(kept.Except(after));
            Assert.Equal(3, after.Length);
        }
    }

    [Fact]
    public void Functions_choose_different_nodes()
    {
        var cluster = Clusters.Of(9);
        var chosen = Enumerable
            .Range(0, 200)
            .SelectMany(i =>
                Ids(new() { NodesMax = 1 }, cluster, new FunctionAddress("app", $"f{i}"))
            );

        Assert.Equal(9, chosen.Distinct().Count());
    }

    [Fact]
    public void The_number_counts_among_the_nodes_with_the_tags()
    {
        var cluster = Clusters.Of(
            9,
            node => node.Id.Value % 2 == 0 ? node with { Tags = ["gpu"] } : node
        );

        var chosen = Ids(new() { Tags = ["gpu"], NodesMax = 2 }, cluster);

        Assert.Equal(2, chosen.Length);
        Assert.All(chosen, id => Assert.Equal(0u, id % 2));
    }

    [Fact]
    public void The_answer_is_kept_until_the_view_changes()
    {
        var filter = Filter(new() { NodesMax = 2 });
        var cluster = Clusters.Of(5);

        var first = filter.Apply(cluster).Cluster;
        Assert.Same(first, filter.Apply(cluster).Cluster);
        Assert.NotSame(first, filter.Apply(Clusters.Of(5)).Cluster);
    }

    [Theory]
    [InlineData("gpu", null, "a node with the tags gpu")]
    [InlineData(null, 7, "one of the nodes 7")]
    [InlineData("gpu", 7, "a node with the tags gpu that is one of the nodes 7")]
    public void When_nobody_is_left_the_reason_says_what_was_asked(
        string? tag,
        int? node,
        string asked
    )
    {
        var affinity = new FunctionAffinity
        {
            Tags = tag is null ? [] : [tag],
            NodeIds = node is { } id ? [id] : [],
        };

        var choice = Filter(affinity).Apply(Clusters.Of(4));

        Assert.False(choice.IsAny);
        Assert.Equal(
            $"'app/function' needs {asked}; none of the 4 nodes that take work is one.",
            choice.Reason
        );
    }

    private static AffinityFilter Filter(FunctionAffinity affinity) => new(Function, affinity);

    private static uint[] Ids(
        FunctionAffinity affinity,
        ClusterSnapshot cluster,
        FunctionAddress? function = null
    )
    {
        var choice = new AffinityFilter(function ?? Function, affinity).Apply(cluster);
        Assert.True(choice.IsAny);
        return [.. choice.Cluster.Nodes.Select(node => node.Id.Value)];
    }
}
