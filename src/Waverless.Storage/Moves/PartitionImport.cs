using Waverless.Cluster.Moves;
using Waverless.Kv;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Moves;

/// <summary>
/// Writes a partition under a number that no name points to, until it is complete.
/// </summary>
internal sealed class PartitionImport(
    EngineContext context,
    PartitionDirectory directory,
    PartitionId id,
    uint number,
    uint offset
) : IPartitionImport
{
    private readonly RecordBatch _batch = new();
    private bool _isOver;

    public void Write(IReadOnlyList<MovedRecord> records)
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        _batch.Clear();
        foreach (var record in records)
        {
            if (
                !MovedKeys.IsOfPartition(record.Key.Span)
                || (!record.End.IsEmpty && !MovedKeys.IsOfPartition(record.End.Span))
            )
            {
                throw new StorageException(
                    StorageError.Failed,
                    $"storage: a record for {id} is none of a partition"
                );
            }

            Add(record);
        }

        context.Demand(_batch, sync: false);
    }

    public ulong Complete()
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        var partition = directory.Complete(id, number, offset);
        _isOver = true;
        return partition.Progress.Last;
    }

    public void Discard()
    {
        if (!_isOver)
        {
            _isOver = true;
            directory.Abandon(number);
        }
    }

    private void Add(in MovedRecord record)
    {
        var key = MovedKeys.Whole(number, record.Key.Span);
        if (!record.End.IsEmpty)
        {
            _batch.DeleteRange(key, MovedKeys.Whole(number, record.End.Span));
        }
        else if (record.Value is { } value)
        {
            _batch.Put(key, value.Span);
        }
        else
        {
            key.CopyTo(_batch.Delete(key.Length));
        }
    }
}
