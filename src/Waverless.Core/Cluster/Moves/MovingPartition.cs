using Google.Protobuf;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Moves;

/// <summary>A partition on its way to another node: what of it was sent.</summary>
internal sealed class MovingPartition(PartitionId id, IPartitionExport export) : IDisposable
{
    private readonly List<MovedRecord> _records = [];
    private readonly MovedDigest _digest = new();

    public PartitionId Id => id;

    public int TouchedCount => export.TouchedCount;

    public bool HasOverflowed => export.HasOverflowed;

    /// <summary>Records that were sent.</summary>
    public ulong Records => _digest.Records;

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>The next chunk of the state of the beginning; null: there is none.</summary>
    public ImportChunk? Next() => Read(export.ReadNext(_records, MoveLimits.ChunkBytes));

    /// <summary>The next chunk of what was touched since; null: there is none.</summary>
    public ImportChunk? NextTouched() => Read(export.ReadTouched(_records, MoveLimits.ChunkBytes));

    /// <summary>What the other side is to have in the end.</summary>
    public ImportedPartition Sum() =>
        new()
        {
            App = id.App,
            Number = (uint)id.Number,
            Last = export.LastRevision,
            Records = _digest.Records,
            Digest = _digest.Value,
        };

    public void Dispose() => export.Dispose();

    private ImportChunk? Read(bool any)
    {
        if (!any)
        {
            return null;
        }

        var chunk = new ImportChunk
        {
            App = id.App,
            Number = (uint)id.Number,
            Incarnation = export.Incarnation,
        };
        foreach (var record in _records)
        {
            var wire = new ImportRecord
            {
                Key = UnsafeByteOperations.UnsafeWrap(record.Key),
                End = UnsafeByteOperations.UnsafeWrap(record.End),
            };
            if (record.Value is { } value)
            {
                wire.Value = UnsafeByteOperations.UnsafeWrap(value);
            }

            chunk.Records.Add(wire);
            Bytes += record.Bytes;
        }

        _records.Clear();
        chunk.Check = MovedDigest.Check(chunk.Records);
        _digest.Add(chunk);
        return chunk;
    }
}
