using Waverless.Kv;

namespace Waverless.Locks;

public sealed class LockTableTests
{
    private readonly LockTable _table = new();

    [Fact]
    public void The_table_has_room_for_its_bound_and_no_more()
    {
        var first = Request(LockMode.Read, "k_0");
        for (var i = 1; i < LockTable.EntriesMax; i++)
        {
            Request(LockMode.Read, $"k_{i % 100}");
        }

        Assert.Null(_table.Request(Name("k_0"), LockMode.Read));
        Assert.True(_table.Release(first));
        Assert.NotNull(_table.Request(Name("k_0"), LockMode.Read));
    }

    [Fact]
    public void A_place_is_given_up_once()
    {
        var holder = Request(LockMode.Write);
        Assert.True(_table.IsHeld(holder));
        Assert.True(_table.Release(holder));
        Assert.False(_table.Release(holder));
        Assert.False(_table.IsHeld(holder));
    }

    [Fact]
    public void A_writer_that_gives_up_lets_the_readers_behind_it_in()
    {
        var reader = Request(LockMode.Read);
        var writer = Request(LockMode.Write);
        var later = Request(LockMode.Read);
        Assert.True(reader.Turn.IsCompleted);
        Assert.False(later.Turn.IsCompleted);

        _table.Release(writer);
        Assert.True(later.Turn.IsCompletedSuccessfully);
    }

    [Fact]
    public void The_same_key_of_two_partitions_is_two_locks()
    {
        Request(LockMode.Write);
        var other = new LockName(new PartitionId("app", 1), "k");
        Assert.True(_table.Request(other, LockMode.Write)!.Turn.IsCompleted);
    }

    private static LockName Name(string key) => new(new PartitionId("app", 0), key);

    private LockHolder Request(LockMode mode, string key = "k") => _table.Request(Name(key), mode)!;
}
