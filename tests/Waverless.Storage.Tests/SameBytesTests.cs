using CsCheck;
using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Native;

namespace Waverless.Storage;

/// <summary>The same commits leave the same bytes, whatever keeps them and however grouped.</summary>
public sealed class SameBytesTests : IAsyncDisposable
{
    private static readonly PartitionId P = new("shop", 0);

    private static readonly Gen<Commit> GenCommit =
        from seed in Gen.Int[0, int.MaxValue]
        select Build(seed);

    private readonly RocksDbPlace _place = new();

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public void Memory_and_RocksDB_keep_the_same_bytes()
    {
        var sample = 0;
        GenCommit
            .Array[1, 30]
            .Sample(
                commits =>
                {
                    using var rocks = OpenRocks(sample++);
                    using var memory = new MemoryKeyspace(new MemoryVolume());
                    Run(rocks, commits);
                    Run(memory, commits);
                    Assert.Equal(Dump(memory), Dump(rocks));
                },
                iter: 20,
                threads: 1
            );
    }

    [Fact]
    public void A_group_leaves_the_bytes_of_its_commits_one_by_one() =>
        GenCommit
            .Array[1, 30]
            .Sample(
                commits =>
                {
                    using var single = new MemoryKeyspace(new MemoryVolume());
                    using var grouped = new MemoryKeyspace(new MemoryVolume());
                    var expected = Run(single, commits);
                    var partition = new Partition(Context(grouped), P, 1);
                    var group = commits.Select(c => new PendingCommit(c, default)).ToList();
                    partition.CommitGroup(group);
                    Assert.Equal(expected, group.Select(g => g.Decision.Result));
                    Assert.Equal(Dump(single), Dump(grouped));
                },
                iter: 200,
                threads: 1
            );

    [Fact]
    public void A_partition_that_forgets_its_state_goes_on_the_same() =>
        GenCommit
            .Array[1, 20]
            .Sample(
                commits =>
                {
                    using var kept = new MemoryKeyspace(new MemoryVolume());
                    using var forgetful = new MemoryKeyspace(new MemoryVolume());
                    Run(kept, commits);
                    var partition = new Partition(Context(forgetful), P, 1);
                    foreach (var commit in commits)
                    {
                        partition.CommitOne(commit);
                        partition.Forget();
                    }

                    Assert.Equal(Dump(kept), Dump(forgetful));
                },
                iter: 100,
                threads: 1
            );

    private static List<CommitResult> Run(IKeyspace keyspace, Commit[] commits)
    {
        var partition = new Partition(Context(keyspace), P, 1);
        return [.. commits.Select(partition.CommitOne)];
    }

    private static EngineContext Context(IKeyspace keyspace) =>
        new()
        {
            Keyspace = keyspace,
            Limits = new StorageLimits { ChangeLogCommitsMax = 8 },
            Listener = new RecordingListener(),
            Time = TimeProvider.System,
            Incarnation = 1,
            Sync = false,
            Background = static work => work(),
        };

    private RocksKeyspace OpenRocks(int sample) =>
        new(
            RocksDatabase.Open(Path.Combine(_place.Folder, $"{sample}"), RocksTuning.Small),
            _place.Folder
        );

    private static List<string> Dump(IKeyspace keyspace)
    {
        var all = new List<string>();
        using var cursor = keyspace.OpenCursor([], [255, 255, 255, 255, 255]);
        while (cursor.MoveNext())
        {
            all.Add($"{Convert.ToHexString(cursor.Key)} {Convert.ToHexString(cursor.Value)}");
        }

        return all;
    }

    private static Commit Build(int seed)
    {
        var random = new Random(seed);
        var commit = new Commit();
        if (random.Next(3) == 0)
        {
            commit.Stamp(new CommandId(1, (ulong)random.Next(1, 5)), random.Next(), 0);
        }

        var operations = random.Next(5);
        for (var i = 0; i < operations; i++)
        {
            Add(commit, random);
        }

        return commit;
    }

    private static void Add(Commit commit, Random random)
    {
        byte[] key = [(byte)random.Next('a', 'd')];
        var position = new EventPosition(0, 128, (ulong)random.Next(1, 9), random.Next(2));
        var record = new EventRecord { Kind = EventKind.Message, Key = key };
        var state = (EventState)random.Next(1, 4);
        switch (random.Next(17))
        {
            case 0:
                commit.RequireAbsent(key);
                break;
            case 1:
                commit.RequireRevision(key, (ulong)random.Next(5));
                break;
            case 2:
                commit.RequireRangeUnchanged(key, "c"u8, (ulong)random.Next(5));
                break;
            case 3 or 4:
                commit.Put(key, new byte[random.Next(20)]);
                break;
            case 5:
                commit.Delete(key);
                break;
            case 12:
                commit.PutFor(key, key, random.Next(1, 5));
                break;
            case 13:
                commit.PutUntil(key, key, random.Next(1, 50), KeyArea.System);
                break;
            case 14:
                var listed = (ulong)random.Next(1, 9);
                commit.Expire(key, listed, random.Next(1, 50), (KeyArea)random.Next(2));
                break;
            case 15:
                commit.RequirePresent(key, KeyArea.System);
                break;
            case 16:
                commit.RequireEvent("f"u8, state, position);
                break;
            case 6:
                commit.DeleteIfRevision(key, (ulong)random.Next(5));
                break;
            case 7:
                var when = (EventCondition)random.Next(3);
                PartitionId? target = random.Next(2) == 0 ? null : new PartitionId("bank", 1);
                commit.AddEvent(when, key, target, "f"u8, state, random.Next(9), 128, record);
                break;
            case 8:
                var source = new PartitionId("bank", 2);
                commit.Accept(source, position.Revision, 0, "f"u8, state, 0, 128, record);
                break;
            case 9:
                commit.Complete("f"u8, state, position);
                break;
            case 10:
                commit.Reschedule("f"u8, state, position, random.Next(99), record);
                break;
            default:
                commit.Cursor("f"u8, position);
                break;
        }
    }
}
