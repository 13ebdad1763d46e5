using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Native;

namespace Waverless.Storage.Backups;

/// <summary>
/// Makes a copied store one of its own: a new incarnation, so that revisions, cursors and tokens
/// of the time after the backup are refused; a gap in the revision numbers, so that bare numbers
/// of that time fit nothing; and paused triggers.
/// </summary>
internal static class RestoreStamp
{
    /// <summary>
    /// How far the revision numbers jump: more commits than can have happened since the backup.
    /// </summary>
    public const ulong RevisionGap = 1UL << 40;

    /// <summary>Stamps the store in a folder.</summary>
    /// <param name="folder">The copied store; nobody else has it open.</param>
    /// <param name="replaced">Incarnation of the store that it replaces; 0 if none.</param>
    /// <param name="now">
    /// Makes restores of one backup in two places, or twice, differ from one another.
    /// </param>
    public static void Write(string folder, uint replaced, DateTimeOffset now)
    {
        using var keyspace = new RocksKeyspace(
            RocksDatabase.Open(folder, RocksTuning.Small),
            folder
        );
        var copied = StoreHeader.Open(keyspace, folder);
        var next = Math.Max(copied, replaced) + 1L;
        var incarnation = Math.Max(next, now.ToUnixTimeSeconds());
        var batch = new RecordBatch();
        StoreHeader.Add(batch, StoreHeader.FormatVersion, (uint)incarnation);
        NodeRecord.Put(batch, NodeRecord.TriggersPaused, default);
        NodeRecord.RenewSecret(batch);
        foreach (var (_, number, _) in PartitionDirectory.Names(keyspace))
        {
            Jump(batch, new PartitionKeys(number), keyspace);
        }

        var outcome = keyspace.Write(batch, sync: true);
        if (!outcome.IsWritten)
        {
            throw new StorageException(
                StorageError.Failed,
                $"storage: the restored store in {folder} cannot be written: {outcome.Reason}"
            );
        }
    }

    /// <summary>
    /// Begins the change log anew with a commit without changes behind the gap, from which the
    /// next one counts. Nobody can ask for what was before: its revisions are refused.
    /// </summary>
    private static void Jump(RecordBatch batch, PartitionKeys keys, IKeyspace keyspace)
    {
        var state = PartitionState.Load(keyspace, keys);
        var number = state.LastRevision + RevisionGap;
        Span<byte> first = stackalloc byte[PartitionKeys.PrefixBytes + sizeof(ulong)];
        Span<byte> key = stackalloc byte[PartitionKeys.PrefixBytes + sizeof(ulong)];
        keys.ChangeLog(first, 0);
        keys.ChangeLog(key, number);
        batch.DeleteRange(first, key);
        Span<byte> record = stackalloc byte[ChangeRecord.TimeBytes];
        BinaryPrimitives.WriteInt64LittleEndian(record, state.StoreTimeMs);
        batch.Put(key, record);
        Span<byte> floor = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(floor, number - 1);
        keys.Prefix(key, KeySpace.ChangeLogFloor);
        batch.Put(key[..PartitionKeys.PrefixBytes], floor);
    }
}
