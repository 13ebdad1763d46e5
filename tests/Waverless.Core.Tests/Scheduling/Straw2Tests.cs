namespace Waverless.Scheduling;

public sealed class Straw2Tests
{
    private static readonly Straw[] Five = [new(1, 1), new(2, 2), new(3, 1), new(4, 4), new(5, 1)];

    [Theory]
    [InlineData(0, 1, 0xB34095042DC306D7)]
    [InlineData(1, 1, 0x5FE9EF5EBB56D41)]
    [InlineData(0, 2, 0xFD6B5E2144F8DD97)]
    [InlineData(255, 3, 0x3FAA99B8404B2520)]
    [InlineData(ulong.MaxValue, uint.MaxValue, 0x39C6573724418FF1)]
    public void The_published_hashes_hold(ulong key, uint node, ulong expected) =>
        Assert.Equal(expected, Straw2.Hash(key, node));

    // Nodes 1 to 5 of weights 1, 2, 1, 4, 1; ids, best first.
    [Theory]
    [InlineData(0, new uint[] { 2, 4, 1, 3, 5 })]
    [InlineData(1, new uint[] { 3, 4, 2, 5, 1 })]
    [InlineData(2, new uint[] { 2, 1, 4, 5, 3 })]
    [InlineData(3, new uint[] { 4, 3, 5, 2, 1 })]
    [InlineData(4, new uint[] { 4, 5, 2, 3, 1 })]
    [InlineData(5, new uint[] { 4, 3, 2, 1, 5 })]
    [InlineData(6, new uint[] { 4, 3, 5, 2, 1 })]
    [InlineData(7, new uint[] { 4, 1, 2, 3, 5 })]
    public void The_published_placements_hold(ulong key, uint[] expected)
    {
        Assert.Equal(expected, Chosen(key, Five, 5));
        Assert.Equal(expected[0], Five[Straw2.Pick(key, Five)].Node);
    }

    [Fact]
    public void Nobody_is_picked_from_nobody()
    {
        Assert.Equal(-1, Straw2.Pick(1, []));
        Assert.Equal(-1, Straw2.Pick(1, [new Straw(1, 0), new Straw(2, -1)]));
        Assert.Equal(0, Straw2.PickMany(1, [], new int[2]));
        Assert.Equal(0, Straw2.PickMany(1, Five, []));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_none_is_never_drawn(double weight)
    {
        for (var key = 0UL; key < 1_000; key++)
        {
            Assert.Equal(1, Straw2.Pick(key, [new Straw(1, weight), new Straw(2, 1e-9)]));
        }
    }

    [Fact]
    public void Replicas_stand_in_different_domains()
    {
        Straw[] straws = [new(1, 1, 1), new(2, 1, 1), new(3, 1, 2), new(4, 1, 2), new(5, 1, 3)];
        for (var key = 0UL; key < 1_000; key++)
        {
            var chosen = Chosen(key, straws, 3);

            Assert.Equal(3, chosen.Select(id => (id + 1) / 2).Distinct().Count());
        }
    }

    [Fact]
    public void A_domain_is_used_twice_rather_than_to_want_a_replica()
    {
        Straw[] straws = [new(1, 1, 1), new(2, 1, 1), new(3, 1, 2), new(4, 1, 2)];
        for (var key = 0UL; key < 1_000; key++)
        {
            var chosen = Chosen(key, straws, 3);

            Assert.Equal(3, chosen.Distinct().Count());
            Assert.Equal(2, chosen.Take(2).Select(id => (id + 1) / 2).Distinct().Count());
        }
    }

    [Fact]
    public void Nodes_without_a_domain_stand_alone() =>
        Assert.Equal(5, Chosen(9, Five, 5).Distinct().Count());

    [Fact]
    public void Fewer_are_chosen_when_there_are_not_enough() =>
        Assert.Equal([2u], Chosen(3, [new Straw(1, 0), new Straw(2, 1)], 3));

    internal static uint[] Chosen(ulong key, Straw[] straws, int count)
    {
        var chosen = new int[count];
        var found = Straw2.PickMany(key, straws, chosen);
        return [.. chosen.Take(found).Select(index => straws[index].Node)];
    }
}
