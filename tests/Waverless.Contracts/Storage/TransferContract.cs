using Waverless.Cluster.Moves;
using Waverless.Cluster.Placement;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Maintenance;

namespace Waverless.Contracts.Storage;

/// <summary>Partitions go from one engine to another one with all that belongs to them.</summary>
public abstract class TransferContract : StorageContract
{
    private const int ChunkBytes = 4096;

    private static readonly PartitionId Other = new("shop", 3);
    private static readonly int Shard = Shards.Of(P);

    private StoragePlace? _otherPlace;
    private IStorageEngine? _target;

    private IPartitionTransfer Source => (IPartitionTransfer)Engine;

    private IPartitionTransfer Target => (IPartitionTransfer)_target!;

    [Fact]
    public async Task All_that_belongs_to_a_partition_travels_and_its_revisions_go_on()
    {
        await OpenTargetAsync();
        var last = await FillAsync();
        var counts = ((IDeferredWork)Engine).DeferredIn(P);
        Copy(Source, Target);

        Assert.Equal(Texts(Dump(Source)), Texts(Dump(Target)));
        Assert.Equal(counts, ((IDeferredWork)_target!).DeferredIn(P));
        Assert.Equal([], (await ((IStoreMaintenance)_target).VerifyAsync(Ct)).Defects);
        var next = await _target.CommitAsync(P, Put("after", "move"), Ct);
        Assert.Equal(last + 1, next.Revision.Number);
        Assert.Equal(
            (await CommitAsync(c => c.Put(B("after"), B("move")))).Revision.Incarnation,
            next.Revision.Incarnation
        );
    }

    [Fact]
    public async Task What_is_written_and_deleted_during_an_export_comes_as_it_is_in_the_end()
    {
        await OpenTargetAsync();
        await PutAsync("stays", "1");
        await PutAsync("goes", "1");
        await CommittedAsync(c => AddReady(c, "f", "done meanwhile"));
        using (var export = Source.Export(P))
        {
            var import = Target.Import(P, export.Incarnation);
            Write(import, export.ReadNext);
            await PutAsync("stays", "2");
            await DeleteAsync("goes");
            await PutAsync("comes", "1");
            await PutAsync("comes and goes", "1");
            await DeleteAsync("comes and goes");
            var done = Assert.Single(await EventsAsync("f", EventState.Ready));
            await CommittedAsync(c => c.Complete(B("f"), EventState.Ready, done.Position));
            Assert.True(export.TouchedCount > 0);
            Write(import, export.ReadTouched);
            Assert.Equal(0, export.TouchedCount);
            Assert.Equal(export.LastRevision, import.Complete());
        }

        Assert.Equal(Texts(Dump(Source)), Texts(Dump(Target)));
        Assert.Equal([], (await ((IStoreMaintenance)_target!).VerifyAsync(Ct)).Defects);
    }

    [Fact]
    public async Task A_fenced_shard_refuses_commits_also_after_a_restart_until_it_is_opened()
    {
        await PutAsync("key", "before");
        await Source.FenceAsync(Shard);
        await RefusedAsync();
        await ReopenAsync();
        Assert.Equal([Shard], Source.Fenced);
        await RefusedAsync();
        Assert.Equal("before", await GetAsync("key"));
        Source.Unfence(Shard);
        await PutAsync("key", "after");
        await ReopenAsync();
        Assert.Empty(Source.Fenced);

        async Task RefusedAsync()
        {
            var refused = await CommitAsync(c => c.Put(B("key"), B("lost")));
            Assert.Equal(CommitRejection.Unavailable, refused.Rejection);
        }
    }

    [Fact]
    public async Task A_partition_is_there_only_once_its_import_is_complete()
    {
        var records = Dump(await FilledAsync());
        Source.Delete(P);
        Assert.DoesNotContain(P, Engine.Partitions);
        var import = Source.Import(P, 1);
        import.Write(records);
        Assert.DoesNotContain(P, Engine.Partitions);
        Assert.Null(await GetAsync("plain"));
        await ReopenAsync();
        Assert.DoesNotContain(P, Engine.Partitions);
        Assert.Equal([], (await ((IStoreMaintenance)Engine).VerifyAsync(Ct)).Defects);

        import = Source.Import(P, 1);
        import.Write(records);
        import.Write(records);
        import.Complete();
        await ReopenAsync();
        Assert.Equal("value", await GetAsync("plain"));
        Assert.Equal(Texts(records), Texts(Dump(Source)));
    }

    [Fact]
    public async Task An_import_that_is_given_up_leaves_nothing()
    {
        var records = Dump(await FilledAsync());
        Source.Delete(P);
        var import = Source.Import(P, 1);
        import.Write(records);
        import.Discard();
        import.Discard();
        await PutAsync("new", "1");
        Assert.Null(await GetAsync("plain"));
        Assert.Empty(await EventsAsync("f", EventState.Ready));
        Assert.Equal([], (await ((IStoreMaintenance)Engine).VerifyAsync(Ct)).Defects);
    }

    [Fact]
    public async Task A_partition_that_is_there_and_records_of_the_node_are_refused()
    {
        await FillAsync();
        Assert.Throws<StorageException>(() => Source.Import(P, 1));
        var import = Source.Import(Other, 1);
        foreach (byte[] key in new byte[][] { [], [0, 1], [255, 1] })
        {
            Assert.Throws<StorageException>(() => import.Write([new MovedRecord(key, B("x"))]));
        }

        import.Discard();
    }

    [Fact]
    public async Task A_chunk_that_comes_again_counts_once_and_a_wrong_one_is_refused_by_name()
    {
        await FillAsync();
        using var moving = new MovingPartition(P, Source.Export(P));
        var chunk = moving.Next()!;
        chunk.Sequence = 1;
        await OpenTargetAsync();
        var import = new ShardImport(Target, [Shard], 0);
        var early = chunk.Clone();
        early.Sequence = 2;
        Assert.Contains("expected 1", import.Write(early, 0), StringComparison.Ordinal);
        var foreign = chunk.Clone();
        foreign.App = "";
        Assert.Contains("not one of this move", import.Write(foreign, 0), StringComparison.Ordinal);
        var torn = chunk.Clone();
        torn.Records.RemoveAt(0);
        Assert.Contains("not as it was sent", import.Write(torn, 0), StringComparison.Ordinal);
        var turned = chunk.Clone();
        turned.Check ^= 1;
        Assert.Contains("not as it was sent", import.Write(turned, 0), StringComparison.Ordinal);

        Assert.Null(import.Write(chunk, 0));
        Assert.Null(import.Write(chunk, 0));
        var sum = moving.Sum();
        sum.Digest ^= 1;
        Assert.Contains("not all has come", import.Finish([sum], 0), StringComparison.Ordinal);
        Assert.Contains("0 were sent", import.Finish([], 0), StringComparison.Ordinal);
        Assert.DoesNotContain(P, _target!.Partitions);
        Assert.Null(import.Finish([moving.Sum()], 0));
        Assert.Null(import.Finish([moving.Sum()], 0));
        Assert.Equal(Texts(Dump(Source)), Texts(Dump(Target)));
        import.Discard();
        Assert.DoesNotContain(P, _target.Partitions);
    }

    [Fact]
    public async Task A_big_partition_is_read_in_pieces_of_about_the_size_asked_for()
    {
        for (var i = 0; i < 64; i++)
        {
            await PutAsync($"key-{i}", new string('v', 1024));
        }

        using var export = Source.Export(P);
        var pieces = 0;
        for (var records = new List<MovedRecord>(); export.ReadNext(records, ChunkBytes); )
        {
            // One record may go beyond, and none after it.
            Assert.True(records.SkipLast(1).Sum(record => record.Bytes) < ChunkBytes);
            pieces++;
            records.Clear();
        }

        Assert.True(pieces >= 64 * 1024 / ChunkBytes, $"{pieces} pieces");
    }

    [Fact]
    public async Task What_is_deleted_is_gone_after_a_restart_and_others_are_as_they_were()
    {
        await FillAsync();
        await PutAsync("beside", "1", Other);
        Source.Delete(P);
        Source.Delete(P);
        await ReopenAsync();
        Assert.Equal([Other], Engine.Partitions);
        Assert.Null(await GetAsync("plain"));
        Assert.Equal("1", await GetAsync("beside", Other));
        Assert.Equal(default, ((IDeferredWork)Engine).DeferredIn(P));
        Assert.Equal([], (await ((IStoreMaintenance)Engine).VerifyAsync(Ct)).Defects);
    }

    [Fact]
    public async Task What_is_remembered_is_there_after_a_restart()
    {
        Assert.Null(Source.Recall());
        Source.Remember("one"u8);
        Source.Remember("two"u8);
        await ReopenAsync();
        Assert.Equal(B("two"), Source.Recall());
    }

    protected override async ValueTask CloseAsync()
    {
        if (_target is not null)
        {
            await _target.DisposeAsync();
            await _otherPlace!.DisposeAsync();
        }
    }

    private async Task OpenTargetAsync()
    {
        _otherPlace = CreatePlace();
        _otherPlace.Time = Clock;
        _target = await _otherPlace.OpenAsync(new RecordingListener(), Limits);
    }

    private async Task<IPartitionTransfer> FilledAsync()
    {
        await FillAsync();
        return Source;
    }

    /// <summary>Something of each kind that a partition can hold; the newest revision.</summary>
    private async Task<ulong> FillAsync()
    {
        await PutAsync("plain", "value");
        await CommittedAsync(c => c.PutUntil(B("expires"), B("soon"), 90_000));
        await CommittedAsync(c => c.PutUntil(B("answer"), B("kept"), 90_000, KeyArea.System));
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "ready");
            AddReady(c, "g", "away", target: Other);
        });
        var dead = await CommittedAsync(c => AddReady(c, "f", "dead"));
        await CommittedAsync(c =>
            c.Bury(
                B("f"),
                EventState.Ready,
                new EventPosition(0, EventPosition.NormalPriority, dead, 0),
                Message("dead")
            )
        );
        await CommittedAsync(c =>
            c.Accept(Other, 7, 0, B("f"), EventState.Delayed, 80_000, 128, Message("accepted"))
        );
        return await DeleteAsync("nothing");
    }

    private static void Copy(IPartitionTransfer from, IPartitionTransfer to)
    {
        using var export = from.Export(P);
        var import = to.Import(P, export.Incarnation);
        Write(import, export.ReadNext);
        Write(import, export.ReadTouched);
        Assert.Equal(export.LastRevision, import.Complete());
    }

    private static void Write(IPartitionImport import, Func<List<MovedRecord>, int, bool> read)
    {
        for (var records = new List<MovedRecord>(); read(records, ChunkBytes); records.Clear())
        {
            import.Write(records);
        }
    }

    private static Commit Put(string key, string value)
    {
        var commit = new Commit();
        commit.Put(B(key), B(value));
        return commit;
    }

    private static List<MovedRecord> Dump(IPartitionTransfer engine)
    {
        using var export = engine.Export(P);
        var all = new List<MovedRecord>();
        for (var records = new List<MovedRecord>(); export.ReadNext(records, ChunkBytes); )
        {
            all.AddRange(records);
            records.Clear();
        }

        return all;
    }

    private static List<string> Texts(List<MovedRecord> records) =>
        [
            .. records.Select(record =>
                Convert.ToHexString(record.Key.Span)
                + "="
                + (record.Value is { } value ? Convert.ToHexString(value.Span) : "")
            ),
        ];
}
