namespace Waverless.Kv;

public sealed class BlobOwnersTests
{
    private static readonly PartitionId P = new("shop", 0);

    private readonly BlobOwners _owners = new();

    [Fact]
    public void A_key_is_touched_by_every_change_of_it_and_by_no_other()
    {
        _owners.Note(P, "k", "1");
        Assert.True(_owners.AreTouchedBy(Deleting("k"), P));
        Assert.False(_owners.AreTouchedBy(Deleting("other"), P));
        Assert.False(_owners.AreTouchedBy(Deleting("k"), new PartitionId("shop", 1)));
    }

    [Fact]
    public void A_key_whose_old_blob_goes_stays_noted_for_its_new_one()
    {
        _owners.Note(P, "k", "old");
        _owners.Note(P, "k", "new");
        _owners.Forget(P, "k", "old");
        Assert.True(_owners.AreTouchedBy(Deleting("k"), P));
        _owners.Forget(P, "k", "new");
        Assert.False(_owners.AreTouchedBy(Deleting("k"), P));
    }

    [Fact]
    public void A_blob_that_is_noted_twice_is_forgotten_once()
    {
        _owners.Note(P, "k", "1");
        _owners.Note(P, "k", "1");
        _owners.Forget(P, "k", "1");
        _owners.Forget(P, "k", "1");
        Assert.False(_owners.AreTouchedBy(Deleting("k"), P));
    }

    [Fact]
    public void Beyond_the_bound_nothing_more_is_remembered_until_there_is_room()
    {
        for (var i = 0; i < BlobOwners.KeysMax; i++)
        {
            _owners.Note(P, $"k{i}", "1");
        }

        _owners.Note(P, "late", "1");
        Assert.False(_owners.AreTouchedBy(Deleting("late"), P));
        _owners.Forget(P, "k0", "1");
        _owners.Note(P, "late", "1");
        Assert.True(_owners.AreTouchedBy(Deleting("late"), P));
    }

    private static Commit Deleting(KvKey key)
    {
        var commit = new Commit();
        commit.Delete(key.Span);
        return commit;
    }
}
