using CsCheck;

namespace Waverless.Scheduling;

public sealed class Straw2Properties
{
    private const int Keys = 20_000;

    private static readonly Gen<Straw[]> GenStraws = Gen.Select(
            Gen.UInt[1, 1_000_000],
            Gen.Double[0.25, 8]
        )
        .Select((id, weight) => new Straw(id, weight))
        .Array[2, 12]
        .Select(straws => straws.DistinctBy(straw => straw.Node).ToArray())
        .Where(straws => straws.Length >= 2);

    [Fact]
    public void Nodes_win_in_proportion_to_their_weights() =>
        GenStraws.Sample(
            straws =>
            {
                var total = straws.Sum(straw => straw.Weight);
                var wins = new int[straws.Length];
                for (var key = 0UL; key < Keys; key++)
                {
                    wins[Straw2.Pick(key, straws)]++;
                }

                for (var i = 0; i < straws.Length; i++)
                {
                    // Six standard deviations of a binomial count.
                    var share = straws[i].Weight / total;
                    var bound = 6 * Math.Sqrt(Keys * share * (1 - share));
                    Assert.Equal(Keys * share, wins[i], bound);
                }
            },
            iter: 20
        );

    [Fact]
    public void A_node_that_leaves_moves_only_its_own_keys() =>
        GenStraws.Sample(
            straws =>
            {
                var left = straws[1..];
                for (var key = 0UL; key < 1_000; key++)
                {
                    var before = straws[Straw2.Pick(key, straws)].Node;
                    var after = left[Straw2.Pick(key, left)].Node;

                    Assert.True(before == after || before == straws[0].Node);
                }
            },
            iter: 100
        );

    [Fact]
    public void A_node_that_grows_only_wins_keys_and_one_that_shrinks_only_loses_them() =>
        Gen.Select(GenStraws, Gen.Double[0.1, 10])
            .Sample(
                (straws, factor) =>
                {
                    var changed = straws.ToArray();
                    changed[0] = straws[0] with { Weight = straws[0].Weight * factor };
                    for (var key = 0UL; key < 1_000; key++)
                    {
                        var before = Straw2.Pick(key, straws);
                        var after = Straw2.Pick(key, changed);

                        Assert.True(before == after || (factor > 1 ? after : before) == 0);
                    }
                },
                iter: 100
            );

    [Fact]
    public void One_of_several_replicas_moves_when_a_node_leaves() =>
        GenStraws.Sample(
            straws =>
            {
                var left = straws[1..];
                for (var key = 0UL; key < 200; key++)
                {
                    var before = Straw2Tests.Chosen(key, straws, 3);
                    var after = Straw2Tests.Chosen(key, left, 3);

                    Assert.Empty(before.Except([straws[0].Node]).Except(after));
                }
            },
            iter: 100
        );

    [Fact]
    public void The_order_of_the_nodes_does_not_matter() =>
        Gen.Select(GenStraws, Gen.Int)
            .Sample(
                (straws, seed) =>
                {
                    var shuffled = straws.ToArray();
                    new Random(seed).Shuffle(shuffled);
                    for (var key = 0UL; key < 200; key++)
                    {
                        Assert.Equal(
                            Straw2Tests.Chosen(key, straws, 3),
                            Straw2Tests.Chosen(key, shuffled, 3)
                        );
                    }
                },
                iter: 100
            );
}
