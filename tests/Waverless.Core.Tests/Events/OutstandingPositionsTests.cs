using CsCheck;

namespace Waverless.Events;

/// <summary>The lowest position that is not gone is known at any time.</summary>
public sealed class OutstandingPositionsTests
{
    [Fact]
    public void It_agrees_with_a_sorted_set() =>
        Gen.Int[0, 1_000_000]
            .Sample(
                seed =>
                {
                    var random = new Random(seed);
                    var positions = new OutstandingPositions();
                    var model = new SortedSet<ulong>();
                    var next = 1_000UL;
                    for (var step = 0; step < 300; step++)
                    {
                        switch (random.Next(5))
                        {
                            case 0 or 1:
                                next += (ulong)random.Next(1, 4);
                                positions.Add(new EventPosition(0, 128, next, 0));
                                model.Add(next);
                                break;
                            case 2 when random.Next(10) == 0:
                                var late = (ulong)random.Next(1, 999);
                                positions.AddLate(new EventPosition(0, 128, late, 0));
                                model.Add(late);
                                break;
                            case 3 when model.Count > 0:
                                var gone = random.Next(2) == 0 ? model.Min : Any(model, random);
                                positions.Remove(new EventPosition(0, 128, gone, 0));
                                model.Remove(gone);
                                break;
                            default:
                                var unknown = (ulong)random.Next(1, (int)next + 5);
                                if (!model.Contains(unknown))
                                {
                                    positions.Remove(new EventPosition(0, 128, unknown, 0));
                                }

                                break;
                        }

                        var expected = model.Count == 0 ? default((ulong, int)?) : (model.Min, 0);
                        Assert.Equal(expected, positions.Lowest);
                    }
                },
                iter: 500
            );

    private static ulong Any(SortedSet<ulong> of, Random random) =>
        of.ElementAt(random.Next(of.Count));
}
