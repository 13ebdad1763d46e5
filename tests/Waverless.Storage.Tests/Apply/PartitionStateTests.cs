using Waverless.Contracts.Storage;
using Waverless.Kv;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

public sealed class PartitionStateTests
{
    private static readonly PartitionKeys Keys = new(1);
    private readonly MemoryKeyspace _keyspace = new(new MemoryVolume());

    [Fact]
    public void A_partition_without_records_is_at_the_beginning()
    {
        var state = PartitionState.Load(_keyspace, Keys);
        Assert.Equal((0u, 0L, 0u), (state.LastRevision, state.StoreTimeMs, state.ChangeLogFloor));
    }

    [Fact]
    public void Store_time_never_goes_back_and_is_recovered()
    {
        Commit(1000);
        Assert.Equal(1000, PartitionState.Load(_keyspace, Keys).StoreTimeMs);
        Commit(400);
        Assert.Equal(1000, PartitionState.Load(_keyspace, Keys).StoreTimeMs);
        Commit(1001);
        var state = PartitionState.Load(_keyspace, Keys);
        Assert.Equal((3u, 1001L), (state.LastRevision, state.StoreTimeMs));
    }

    [Fact]
    public void The_floor_is_recovered_after_trimming()
    {
        for (var i = 0; i < 40; i++)
        {
            Commit(i, kept: 8);
        }

        var state = PartitionState.Load(_keyspace, Keys);
        Assert.Equal(40u, state.LastRevision);
        Assert.InRange(state.ChangeLogFloor, 31u, 32u);
        using var log = KeyspaceScan.OpenChangeLog(_keyspace, Keys, 0);
        Assert.True(log.MoveNext());
    }

    private void Commit(long storeTimeMs, int kept = 65_536)
    {
        var partition = new Partition(
            new EngineContext
            {
                Keyspace = _keyspace,
                Limits = new StorageLimits { ChangeLogCommitsMax = kept },
                Listener = new RecordingListener(),
                Incarnation = 1,
                Time = TimeProvider.System,
                Sync = false,
                Background = static work => work(),
            },
            new PartitionId("shop", 0),
            Keys.Number
        );
        var commit = new Commit();
        commit.Stamp(default, storeTimeMs, 0);
        Assert.True(partition.CommitOne(commit).IsCommitted);
    }
}
