using System.Buffers.Binary;
using System.Text;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Backups;

namespace Waverless.Storage.Integrity;

/// <summary>
/// Checks the records of one partition as they come by in key order: that each decodes, that
/// events have an entry in the registry, that the change log has no gap, and that nothing is newer
/// than its last commit.
/// </summary>
internal sealed class PartitionCheck(PartitionId id, DefectList defects)
{
    private const int ShownBytesMax = 40;

    private readonly EventIndexCheck _events = new(id, defects);
    private ulong _newest;
    private ulong _floor;
    private ulong _firstCommit;
    private ulong _lastCommit;

    /// <summary>Checks the next record.</summary>
    public void Record(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var rest = key[PartitionKeys.PrefixBytes..];
        var space = (KeySpace)key[PartitionKeys.PrefixBytes - 1];
        switch (space)
        {
            case KeySpace.Values:
                Value(rest, value);
                break;
            case KeySpace.Events:
                Note(_events.Event(rest, value));
                break;
            case KeySpace.Functions:
                _events.Function(rest, value);
                break;
            case KeySpace.ChangeLog:
                Commit(rest, value);
                break;
            case KeySpace.ChangeLogFloor:
                Floor(value);
                break;
            case KeySpace.Commands:
                Expect(space, rest, rest.Length == 9 && value.Length == 16);
                break;
            case KeySpace.Accepted:
                Expect(space, rest, rest.Length > 1 && (rest[0] == 0) == (value.Length == 12));
                break;
            default:
                Defect($"a record of the unknown kind {(byte)space}");
                break;
        }
    }

    /// <summary>Everything has come by.</summary>
    public void End()
    {
        _events.End();
        if (_newest > _lastCommit)
        {
            Defect($"a record of revision {_newest}, but the last commit is {_lastCommit}");
        }

        if (_firstCommit > 0 && _firstCommit != _floor + 1 && !IsJump(_floor, _firstCommit))
        {
            Defect($"the change log begins at {_firstCommit}, expected {_floor + 1}");
        }
    }

    private void Value(ReadOnlySpan<byte> key, ReadOnlySpan<byte> stored)
    {
        if (stored.Length < StoredValue.HeaderBytes)
        {
            Defect($"the value of '{Show(key)}' has {stored.Length} bytes, expected a header");
            return;
        }

        Note(StoredValue.Revision(stored));
    }

    private void Commit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> record)
    {
        if (key.Length != sizeof(ulong))
        {
            Defect($"a key of the change log has {key.Length} bytes");
            return;
        }

        var number = BinaryPrimitives.ReadUInt64BigEndian(key);
        if (_lastCommit != 0 && number != _lastCommit + 1 && !IsJump(_lastCommit, number))
        {
            Defect($"the change log has {number} behind {_lastCommit}");
        }

        _firstCommit = _firstCommit == 0 ? number : _firstCommit;
        _lastCommit = number;
        try
        {
            var changes = new ChangeRecordReader(record);
            while (changes.MoveNext())
            {
                // Decoding is the check.
            }
        }
        catch (StorageException)
        {
            Defect($"the change log's record {number} does not decode");
        }
    }

    private void Floor(ReadOnlySpan<byte> value)
    {
        if (value.Length != sizeof(ulong))
        {
            Defect($"the floor of the change log has {value.Length} bytes");
            return;
        }

        _floor = BinaryPrimitives.ReadUInt64LittleEndian(value);
    }

    /// <summary>A restore leaves a gap in the numbers.</summary>
    private static bool IsJump(ulong from, ulong to) =>
        to >= from && to - from >= RestoreStamp.RevisionGap;

    private void Expect(KeySpace space, ReadOnlySpan<byte> key, bool holds)
    {
        if (!holds)
        {
            Defect($"the record {Convert.ToHexString(key)} of {space} has the wrong length");
        }
    }

    private void Note(ulong revision) => _newest = Math.Max(_newest, revision);

    private void Defect(string what) => defects.Add($"{id}: {what}");

    private static string Show(ReadOnlySpan<byte> key) =>
        Encoding.UTF8.GetString(key.Length <= ShownBytesMax ? key : key[..ShownBytesMax]);
}
