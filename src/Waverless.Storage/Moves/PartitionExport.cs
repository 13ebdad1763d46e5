using Waverless.Cluster.Moves;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Moves;

/// <summary>Reads a partition: a snapshot of it, then what was written since.</summary>
internal sealed class PartitionExport : IPartitionExport
{
    private const int FirstValueBytes = 4096;

    private readonly IKeyspace _keyspace;
    private readonly Partition _partition;
    private readonly TouchedKeys _touched;
    private readonly IKeyspaceView _view;
    private readonly KeyCursor _cursor;
    private bool _isAtEnd;
    private byte[] _value = new byte[FirstValueBytes];

    public PartitionExport(IKeyspace keyspace, Partition partition)
    {
        _keyspace = keyspace;
        _partition = partition;

        // In this order: what is written in between is in both, and nothing in neither.
        _touched = new TouchedKeys(MoveLimits.TouchedMax);
        partition.Record(_touched);
        _view = keyspace.OpenSnapshot();
        _cursor = MovedKeys.OpenAll(_view, partition.Keys.Number);
    }

    public uint Incarnation => _partition.Identity.Incarnation;

    public ulong LastRevision => _partition.Progress.Last;

    public bool HasOverflowed => _touched.HasOverflowed;

    public int TouchedCount => _touched.Count;

    public bool ReadNext(List<MovedRecord> into, int bytesMax)
    {
        for (var bytes = 0; bytes < bytesMax; bytes += into[^1].Bytes)
        {
            // Nobody may ask a cursor of the native library to go on from its end.
            _isAtEnd = _isAtEnd || !_cursor.MoveNext();
            if (_isAtEnd)
            {
                return into.Count > 0;
            }

            var rest = _cursor.Key[MovedKeys.NumberBytes..];
            into.Add(new MovedRecord(rest.ToArray(), _cursor.Value.ToArray()));
        }

        return true;
    }

    public bool ReadTouched(List<MovedRecord> into, int bytesMax)
    {
        for (var bytes = 0; bytes < bytesMax; bytes += into[^1].Bytes)
        {
            if (_touched.TakeRange() is { } range)
            {
                Touch(range.From, range.To);
                into.Add(new MovedRecord(range.From, null, range.To));
            }
            else if (_touched.TakeKey() is { } key)
            {
                into.Add(new MovedRecord(key, Read(key)));
            }
            else
            {
                return into.Count > 0;
            }
        }

        return true;
    }

    public void Dispose()
    {
        _partition.Record(null);
        _cursor.Dispose();
        _view.Dispose();
    }

    /// <summary>What is in a range that was deleted has been written since.</summary>
    private void Touch(byte[] from, byte[] to)
    {
        var number = _partition.Keys.Number;
        using var cursor = _keyspace.OpenCursor(
            MovedKeys.Whole(number, from),
            MovedKeys.Whole(number, to)
        );
        while (cursor.MoveNext())
        {
            _touched.Note(cursor.Key[MovedKeys.NumberBytes..].ToArray());
        }
    }

    private ReadOnlyMemory<byte>? Read(byte[] rest)
    {
        var key = MovedKeys.Whole(_partition.Keys.Number, rest);
        while (true)
        {
            var length = _keyspace.Get(key, _value);
            if (length < 0)
            {
                return null;
            }

            if (length <= _value.Length)
            {
                return _value.AsSpan(0, length).ToArray();
            }

            _value = new byte[length];
        }
    }
}
