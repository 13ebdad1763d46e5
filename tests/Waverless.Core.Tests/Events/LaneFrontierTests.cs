using CsCheck;

namespace Waverless.Events;

/// <summary>Every event comes into memory once, whatever is announced, spilled or read when.</summary>
public sealed class LaneFrontierTests
{
    private static EventPosition At(byte priority, ulong revision) => new(0, priority, revision, 0);

    [Fact]
    public void An_urgent_event_that_was_spilled_is_read_although_memory_is_far_beyond_it()
    {
        var frontier = new LaneFrontier();
        Assert.True(frontier.TryAdvance(At(128, 1), hasRoom: true));
        Assert.False(frontier.TryAdvance(At(128, 2), hasRoom: false));
        Assert.False(frontier.TryAdvance(At(1, 3), hasRoom: false));
        Assert.True(frontier.IsSpilled);
        Assert.Equal(At(1, 0), frontier.BeginRead());
        Assert.True(frontier.TryAdvanceByRead(At(1, 3)));
        Assert.False(frontier.TryAdvanceByRead(At(128, 1)));
        Assert.True(frontier.TryAdvanceByRead(At(128, 2)));
        frontier.EndRead(At(128, 2), isLast: true);
        Assert.False(frontier.IsSpilled);
    }

    [Fact]
    public void What_is_read_before_it_is_announced_is_not_taken_twice()
    {
        var frontier = new LaneFrontier();
        frontier.BeginSpilled();
        Assert.Equal(default, frontier.BeginRead());
        Assert.True(frontier.TryAdvanceByRead(At(128, 7)));
        frontier.EndRead(At(128, 7), isLast: true);
        Assert.False(frontier.TryAdvance(At(128, 7), hasRoom: true));
        Assert.True(frontier.TryAdvance(At(128, 8), hasRoom: true));
    }

    /// <summary>
    /// A model of a disk with commits, announcements in order, a memory with or without room, and
    /// reads of small pages that see what was committed when they began.
    /// </summary>
    [Fact]
    public void Each_event_is_taken_exactly_once_in_the_order_of_its_priority() =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Bool)
            .Sample(
                (seed, recovers) =>
                {
                    var random = new Random(seed);
                    var frontier = new LaneFrontier();
                    var disk = new List<EventPosition>();
                    var taken = new List<EventPosition>();
                    var announced = 0;
                    if (recovers)
                    {
                        Commit(random.Next(20));
                        announced = disk.Count;
                        frontier.BeginSpilled();
                    }

                    for (var step = 0; step < 60; step++)
                    {
                        Commit(random.Next(3));
                        Announce(random.Next(4));
                        if (frontier.IsSpilled && random.Next(2) == 0)
                        {
                            Read();
                        }
                    }

                    for (var reads = 0; frontier.IsSpilled || announced < disk.Count; reads++)
                    {
                        Assert.True(reads < 500, "reading does not end");
                        Announce(int.MaxValue);
                        if (frontier.IsSpilled)
                        {
                            Read();
                        }
                    }

                    Assert.Equal(disk.Count, taken.Count);
                    Assert.Equal(disk.Count, taken.Distinct().Count());
                    foreach (var band in taken.GroupBy(position => position.Priority))
                    {
                        Assert.Equal(band.OrderBy(position => position.Revision), band);
                    }

                    void Commit(int count)
                    {
                        for (var i = 0; i < count; i++)
                        {
                            var priority = (byte)(random.Next(4) == 0 ? random.Next(256) : 128);
                            disk.Add(At(priority, (ulong)disk.Count + 1));
                        }
                    }

                    void Announce(int count)
                    {
                        for (; count > 0 && announced < disk.Count; count--, announced++)
                        {
                            if (frontier.TryAdvance(disk[announced], random.Next(3) > 0))
                            {
                                taken.Add(disk[announced]);
                            }
                        }
                    }

                    void Read()
                    {
                        var after = frontier.BeginRead();
                        var page = disk.OrderBy(position => position.Priority)
                            .ThenBy(position => position.Revision)
                            .Where(position => IsAfter(position, after))
                            .Take(3)
                            .ToList();
                        Commit(random.Next(2));
                        Announce(random.Next(3));
                        foreach (var position in page)
                        {
                            if (frontier.TryAdvanceByRead(position))
                            {
                                taken.Add(position);
                            }
                        }

                        frontier.EndRead(page.Count == 0 ? after : page[^1], page.Count < 3);
                    }
                },
                iter: 2_000
            );

    private static bool IsAfter(EventPosition position, EventPosition after) =>
        after == default
        || (position.Priority, position.Revision).CompareTo((after.Priority, after.Revision)) > 0;
}
