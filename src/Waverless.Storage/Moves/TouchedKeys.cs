using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Moves;

/// <summary>
/// Which records of a partition were written since its export began. Bounded; beyond the bound
/// only that there were too many. Thread-safe.
/// </summary>
internal sealed class TouchedKeys(int countMax)
{
    private readonly Lock _gate = new();
    private readonly HashSet<byte[]> _keys = new(SpanKeyComparer.Instance);
    private readonly Queue<(byte[] From, byte[] To)> _ranges = new();
    private bool _hasOverflowed;

    public bool HasOverflowed => Volatile.Read(ref _hasOverflowed);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _keys.Count + _ranges.Count;
            }
        }
    }

    /// <summary>Notes the records of a batch that was written.</summary>
    public void Note(RecordBatch batch)
    {
        lock (_gate)
        {
            var reader = batch.Read();
            while (!_hasOverflowed && reader.MoveNext())
            {
                if (reader.Kind == RecordKind.DeleteRange)
                {
                    _ranges.Enqueue((Rest(reader.Key), Rest(reader.Value)));
                }
                else
                {
                    _keys.Add(Rest(reader.Key));
                }

                Volatile.Write(ref _hasOverflowed, _keys.Count + _ranges.Count > countMax);
            }
        }
    }

    /// <summary>Notes a record, by its key without the partition's number.</summary>
    public void Note(byte[] key)
    {
        lock (_gate)
        {
            _keys.Add(key);
        }
    }

    /// <summary>Takes a deleted range out, before the keys; null: there is none.</summary>
    public (byte[] From, byte[] To)? TakeRange()
    {
        lock (_gate)
        {
            return _ranges.TryDequeue(out var range) ? range : null;
        }
    }

    /// <summary>Takes a key out; null: there is none.</summary>
    public byte[]? TakeKey()
    {
        lock (_gate)
        {
            foreach (var key in _keys)
            {
                _keys.Remove(key);
                return key;
            }

            return null;
        }
    }

    /// <summary>A key without what names the partition in this store.</summary>
    private static byte[] Rest(ReadOnlySpan<byte> key) => key[MovedKeys.NumberBytes..].ToArray();
}
