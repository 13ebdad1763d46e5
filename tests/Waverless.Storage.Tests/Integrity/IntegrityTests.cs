using System.Text;
using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage.Apply;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Integrity;

/// <summary>An integrity check finds what is wrong and names it.</summary>
public sealed class IntegrityTests
{
    private const uint Number = 1;
    private static readonly PartitionId P = new("shop", 0);
    private static readonly PartitionKeys Keys = new(Number);

    private readonly MemoryKeyspace _keyspace = new(new MemoryVolume());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_without_a_header_is_found()
    {
        await FillAsync();
        Put(KeySpace.Values, "torn"u8, "x"u8);
        Finds("shop#0: the value of 'torn' has 1 bytes, no whole header");
    }

    [Fact]
    public async Task A_value_newer_than_the_last_commit_is_found()
    {
        await FillAsync();
        Put(KeySpace.Values, "late"u8, [0, 99, 0, 0, 0, 0, 0, 0, 0, 1]);
        Finds("a record of revision 99, but the last commit is 3");
    }

    [Fact]
    public async Task A_gap_in_the_change_log_is_found()
    {
        await FillAsync();
        Delete(KeySpace.ChangeLog, [0, 0, 0, 0, 0, 0, 0, 2]);
        Finds("the change log has 3 behind 1");
    }

    [Fact]
    public async Task A_change_log_that_begins_late_is_found()
    {
        await FillAsync();
        Delete(KeySpace.ChangeLog, [0, 0, 0, 0, 0, 0, 0, 1]);
        Finds("the change log begins at 2, expected 1");
    }

    [Fact]
    public async Task A_change_record_that_does_not_decode_is_found()
    {
        await FillAsync();
        Put(KeySpace.ChangeLog, [0, 0, 0, 0, 0, 0, 0, 2], "rubbish that is long enough"u8);
        Finds("the change log's record 2 does not decode");
    }

    [Fact]
    public async Task An_event_that_does_not_decode_is_found()
    {
        await FillAsync();
        PutEvent("f", "rubbish"u8);
        Finds("an event of 'f' does not decode");
    }

    [Fact]
    public async Task An_event_that_the_registry_does_not_know_is_found()
    {
        await FillAsync();
        PutEvent("unknown", Encode());
        Finds("'unknown' has Ready events, but no entry in the registry");
    }

    [Fact]
    public async Task An_event_in_front_of_its_cursor_is_found()
    {
        await FillAsync();
        Span<byte> cursor = stackalloc byte[PartitionKeys.PositionBytes];
        PartitionKeys.WritePosition(cursor, new EventPosition(0, 128, 9, 0));
        Put(KeySpace.Functions, [(byte)EventState.Ready, 128, (byte)'f'], cursor);
        Finds("is in front of its cursor");
    }

    [Fact]
    public async Task A_deadline_that_is_not_listed_is_found()
    {
        await FillAsync();
        Put(KeySpace.Values, "mortal"u8, [1, 2, 0, 0, 0, 0, 0, 0, 0, 9, 9, 0, 0, 0, 0, 0, 0]);
        Finds("the deadline of 'mortal' is not listed");
    }

    [Fact]
    public async Task A_value_that_the_change_log_does_not_lead_to_is_found()
    {
        await FillAsync();
        Put(KeySpace.Values, "k"u8, [0, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
        Finds("'k' has revision 2, expected 3 by the change log");
        Delete(KeySpace.Values, "k"u8);
        Finds("'k' has revision 0, expected 3 by the change log");
    }

    [Fact]
    public async Task Records_without_a_partition_are_found()
    {
        await FillAsync();
        var batch = new RecordBatch();
        var key = new byte[PartitionKeys.PrefixBytes];
        new PartitionKeys(7).Prefix(key, KeySpace.Values);
        batch.Put(key, "x"u8);
        _keyspace.Write(batch, sync: false);
        Finds("partition number 7 has records");
    }

    [Fact]
    public async Task A_record_of_an_unknown_kind_is_found()
    {
        await FillAsync();
        Put((KeySpace)200, "k"u8, "v"u8);
        Finds("unknown kind 200");
    }

    [Fact]
    public async Task Defects_beyond_the_bound_are_counted()
    {
        await FillAsync();
        for (var i = 0; i < IntegrityReport.DefectsMax + 20; i++)
        {
            Put(KeySpace.Values, Encoding.UTF8.GetBytes($"torn{i:000}"), default);
        }

        var report = Check();
        Assert.Equal(IntegrityReport.DefectsMax + 20, report.DefectCount);
        Assert.Equal(IntegrityReport.DefectsMax, report.Defects.Count);
        Assert.False(report.IsSound);
    }

    [Fact]
    public async Task A_damaged_table_file_is_found()
    {
        await using var place = new RocksDbPlace();
        await using var engine = new RocksDbStorageEngine(place.Options());
        await engine.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        var commit = new Commit();
        commit.Put("large"u8, new byte[500_000]);
        await engine.CommitAsync(P, commit, Ct);

        // A checkpoint leaves everything in a table file.
        engine.Checkpoint(Path.Combine(place.Folder, "checkpoint"));
        Assert.True((await engine.VerifyAsync(Ct)).IsSound);
        var file = Directory.GetFiles(place.Options().Folder, "*.sst").Single();
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        bytes[bytes.Length / 4] ^= 0xFF;
        await File.WriteAllBytesAsync(file, bytes, Ct);
        var report = await engine.VerifyAsync(Ct);
        Assert.Contains(report.Defects, d => d.StartsWith("files:", StringComparison.Ordinal));
    }

    private static byte[] Encode()
    {
        var record = new EventRecord { Kind = EventKind.Message };
        var encoded = new byte[record.EncodedBytes];
        record.Encode(encoded);
        return encoded;
    }

    private async Task FillAsync()
    {
        var engine = new EngineCore(
            new EngineContext
            {
                Keyspace = _keyspace,
                Limits = new StorageLimits(),
                Listener = new RecordingListener(),
                Time = TimeProvider.System,
                Incarnation = 1,
                Sync = false,
                Background = static work => work(),
            }
        );
        for (var i = 0; i < 3; i++)
        {
            var commit = new Commit();
            commit.Put("k"u8, "v"u8);
            commit.AddEvent(
                EventCondition.Always,
                default,
                null,
                "f"u8,
                EventState.Ready,
                0,
                128,
                new EventRecord { Kind = EventKind.Message }
            );
            Assert.True((await engine.CommitAsync(P, commit, Ct)).IsCommitted);
        }

        Assert.Equal([], Check().Defects);
    }

    private IntegrityReport Check() => new IntegrityCheck(_keyspace, static () => { }).Run(Ct);

    private void Finds(string expected)
    {
        var report = Check();
        Assert.False(report.IsSound);
        Assert.Contains(report.Defects, d => d.Contains(expected, StringComparison.Ordinal));
    }

    private void PutEvent(string function, ReadOnlySpan<byte> value)
    {
        var name = Encoding.UTF8.GetBytes(function);
        var key = new byte[PartitionKeys.EventBytes(name)];
        Keys.Event(key, EventState.Ready, name, new EventPosition(0, 128, 2, 0));
        var batch = new RecordBatch();
        batch.Put(key, value);
        _keyspace.Write(batch, sync: false);
    }

    private void Put(KeySpace space, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var batch = new RecordBatch();
        batch.Put(Key(space, key), value);
        _keyspace.Write(batch, sync: false);
    }

    private void Delete(KeySpace space, ReadOnlySpan<byte> key)
    {
        var batch = new RecordBatch();
        Key(space, key).CopyTo(batch.Delete(PartitionKeys.PrefixBytes + key.Length));
        _keyspace.Write(batch, sync: false);
    }

    private static byte[] Key(KeySpace space, ReadOnlySpan<byte> rest)
    {
        var key = new byte[PartitionKeys.PrefixBytes + rest.Length];
        rest.CopyTo(Keys.Prefix(key, space));
        return key;
    }
}
