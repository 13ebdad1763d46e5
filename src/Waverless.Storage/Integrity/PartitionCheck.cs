using System.Text;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Integrity;

/// <summary>
/// Checks the records of one partition as they come by in key order: that each decodes, that
/// indexes agree with what they index, and that nothing is newer than the last commit.
/// </summary>
internal sealed class PartitionCheck(
    PartitionId id,
    PartitionKeys keys,
    IKeyspaceView snapshot,
    DefectList defects
)
{
    private readonly EventIndexCheck _events = new(id, defects);
    private readonly HistoryCheck _history = new(id, keys, snapshot, defects);
    private readonly DeadlineCheck _deadlines = new(id, keys, snapshot, defects);
    private ulong _newest;
    private Usage _counted;
    private Usage? _stored;
    private DeferredCounts _deferred;
    private DeferredCounts? _deferredStored;

    /// <summary>Checks the next record.</summary>
    public void Record(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var rest = key[PartitionKeys.PrefixBytes..];
        var space = (KeySpace)key[PartitionKeys.PrefixBytes - 1];
        switch (space)
        {
            case KeySpace.Values:
                Value(KeyArea.Data, rest, value);
                break;
            case KeySpace.Records:
                Value(KeyArea.System, rest, value);
                break;
            case KeySpace.Deadlines:
                _deadlines.Entry(rest, value);
                break;
            case KeySpace.Events:
                _newest = Math.Max(_newest, _events.Event(rest, value));
                _deferred += DeferredRecord.OfEvent(rest);
                break;
            case KeySpace.Functions:
                _events.Function(rest, value);
                break;
            case KeySpace.ChangeLog:
                _history.Commit(rest, value);
                break;
            case KeySpace.ChangeLogFloor:
                _history.SetFloor(value);
                break;
            case KeySpace.Usage:
                _stored = value.Length == 16 ? Usage.Read(value) : new Usage(-1, -1);
                break;
            case KeySpace.Deferred:
                _deferredStored = DeferredRecord.Read(value);
                Expect(space, rest, _deferredStored is not null);
                break;
            case KeySpace.Commands:
                Expect(space, rest, rest.Length == 9 && value.Length == 16);
                break;
            case KeySpace.Accepted:
                Expect(space, rest, rest.Length > 1 && (rest[0] == 0) == (value.Length == 12));
                break;
            default:
                defects.Add($"{id}: a record of the unknown kind {(byte)space}");
                break;
        }
    }

    /// <summary>Everything has come by.</summary>
    public void End()
    {
        _events.End();
        _history.End();
        if (_stored is { } usage && usage != _counted)
        {
            defects.Add($"{id}: {usage} is noted for its quota, expected {_counted}");
        }

        if (_deferredStored is { } deferred && deferred != _deferred)
        {
            defects.Add($"{id}: {deferred} is noted as kept for later, expected {_deferred}");
        }

        if (_newest > _history.Last)
        {
            defects.Add(
                $"{id}: a record of revision {_newest}, but the last commit is {_history.Last}"
            );
        }
    }

    private void Value(KeyArea area, ReadOnlySpan<byte> key, ReadOnlySpan<byte> stored)
    {
        if (
            stored.Length < StoredValue.HeaderBytes(0)
            || stored.Length < StoredValue.HeaderBytes(StoredValue.DeadlineMs(stored))
        )
        {
            var shown = Encoding.UTF8.GetString(key);
            defects.Add($"{id}: the value of '{shown}' has {stored.Length} bytes, no whole header");
            return;
        }

        _newest = Math.Max(_newest, StoredValue.Revision(stored));
        _counted = _counted.With(PartitionKeys.SpaceOf(area), key, stored);
        _deferred += DeferredRecord.OfValue(area, key);
        _deadlines.Value(area, key, stored);
    }

    private void Expect(KeySpace space, ReadOnlySpan<byte> key, bool holds)
    {
        if (!holds)
        {
            var shown = Convert.ToHexString(key);
            defects.Add($"{id}: the record {shown} of {space} has the wrong length");
        }
    }
}
