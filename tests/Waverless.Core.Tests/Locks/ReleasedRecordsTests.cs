using Waverless.Kv;

namespace Waverless.Locks;

public sealed class ReleasedRecordsTests
{
    [Fact]
    public void Beyond_the_bound_the_oldest_wait_for_their_leases()
    {
        var records = new ReleasedRecords();
        for (var i = 0; i < ReleasedRecords.WaitingMax + 3; i++)
        {
            records.Add([(byte)(i >> 8), (byte)i]);
        }

        var commit = new Commit();
        records.TakeInto(commit);
        Assert.Equal(ReleasedRecords.WaitingMax, commit.MutationCount);
        var reader = commit.Read();
        Assert.True(reader.TryRead(out var first));
        Assert.Equal([0, 3], first.Key.ToArray());
        Assert.Equal((CommitTag.Delete, KeyArea.System), (first.Tag, first.Area));

        commit.Clear();
        records.TakeInto(commit);
        Assert.Equal(0, commit.OperationCount);
    }
}
