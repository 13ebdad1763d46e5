using System.Buffers.Binary;
using System.Text;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Integrity;

/// <summary>
/// Checks that the change log has no gap, and that what it says of a key last is what is stored.
/// </summary>
internal sealed class HistoryCheck(
    PartitionId id,
    PartitionKeys keys,
    IKeyspaceView snapshot,
    DefectList defects
)
{
    /// <summary>Keys whose last change is compared with what is stored; bounds memory.</summary>
    public const int ComparedKeysMax = 100_000;

    private readonly Dictionary<byte[], ulong> _setBy = new(SpanKeyComparer.Instance);
    private ulong _floor;
    private ulong _first;

    /// <summary>Number of the newest commit.</summary>
    public ulong Last { get; private set; }

    /// <summary>Checks a record of the log.</summary>
    public void Commit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record)
    {
        if (key.Length != sizeof(ulong))
        {
            Defect($"a key of the change log has {key.Length} bytes");
            return;
        }

        var number = BinaryPrimitives.ReadUInt64BigEndian(key);
        if (Last != 0 && number != Last + 1)
        {
            Defect($"the change log has {number} behind {Last}");
        }

        _first = _first == 0 ? number : _first;
        Last = number;
        try
        {
            Remember(number, new ChangeRecordReader(record));
        }
        catch (StorageException)
        {
            Defect($"the change log's record {number} does not decode");
        }
    }

    /// <summary>Where the log begins.</summary>
    public void SetFloor(ReadOnlySpan<byte> value)
    {
        if (value.Length != sizeof(ulong))
        {
            Defect($"the floor of the change log has {value.Length} bytes");
            return;
        }

        _floor = BinaryPrimitives.ReadUInt64LittleEndian(value);
    }

    /// <summary>Everything has come by.</summary>
    public void End()
    {
        if (_first > 0 && _first != _floor + 1)
        {
            Defect($"the change log begins at {_first}, expected {_floor + 1}");
        }

        foreach (var (key, number) in _setBy)
        {
            Compare(key, number);
        }
    }

    private void Remember(ulong number, ChangeRecordReader changes)
    {
        var byKey = _setBy.GetAlternateLookup<ReadOnlySpan<byte>>();
        while (changes.MoveNext())
        {
            if (_setBy.Count < ComparedKeysMax || byKey.ContainsKey(changes.Key))
            {
                // 0 stands for a key that was deleted.
                byKey[changes.Key] = changes.Kind == KvChangeKind.Set ? number : 0;
            }
        }
    }

    private void Compare(byte[] key, ulong number)
    {
        var stored = new byte[PartitionKeys.PrefixBytes + key.Length];
        keys.Value(stored, KeyArea.Data, key);
        Span<byte> head = stackalloc byte[StoredValue.HeaderBytesMax];
        head.Clear();
        var found = snapshot.GetHead(stored, head) < 0 ? 0 : StoredValue.Revision(head);
        if (found != number)
        {
            var shown = Encoding.UTF8.GetString(key);
            Defect($"'{shown}' has revision {found}, expected {number} by the change log");
        }
    }

    private void Defect(string what) => defects.Add($"{id}: {what}");
}
