using System.Text;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage.Apply;

namespace Waverless.Storage.Integrity;

/// <summary>
/// Checks that every event record decodes and is found by the registry of functions: an event
/// without an entry, or in front of its cursor, would never run.
/// </summary>
internal sealed class EventIndexCheck(PartitionId id, DefectList defects)
{
    private readonly Dictionary<byte[], EventPosition> _firsts = new(SpanKeyComparer.Instance);

    /// <summary>Checks an event record; returns the revision that made it.</summary>
    public ulong Event(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        const int Head = 2;
        if (key.Length < Head || key.Length != Head + key[1] + PartitionKeys.PositionBytes)
        {
            Defect($"an event's key {Convert.ToHexString(key)} has the wrong length");
            return 0;
        }

        var state = (EventState)key[0];
        var function = key.Slice(Head, key[1]);
        var position = PartitionKeys.ReadPosition(key[(Head + key[1])..]);
        if (!Decodes(state, position, value))
        {
            Defect($"an event of '{Encoding.UTF8.GetString(function)}' does not decode");
        }

        Span<byte> entry = stackalloc byte[Head + PartitionKeys.FunctionBytesMax];
        entry[0] = key[0];
        entry[1] = state == EventState.Ready ? position.Priority : (byte)0;
        function.CopyTo(entry[Head..]);
        var firsts = _firsts.GetAlternateLookup<ReadOnlySpan<byte>>();
        firsts.TryAdd(entry[..(Head + function.Length)], position);
        return position.Revision;
    }

    /// <summary>Checks an entry of the registry; the events came before.</summary>
    public void Function(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> value)
    {
        if (
            value.Length != PartitionKeys.PositionBytes
            || entry.Length < FunctionRegistry.HeadBytes
        )
        {
            Defect($"the registry's entry {Convert.ToHexString(entry)} has the wrong length");
            return;
        }

        var firsts = _firsts.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!firsts.Remove(entry, out _, out var first))
        {
            return;
        }

        var cursor = PartitionKeys.ReadPosition(value);
        if ((EventState)entry[0] == EventState.Ready && IsBefore(first, cursor))
        {
            var function = Encoding.UTF8.GetString(entry[FunctionRegistry.HeadBytes..]);
            Defect($"an event of '{function}' at {first} is in front of its cursor {cursor}");
        }
    }

    /// <summary>Everything has come by.</summary>
    public void End()
    {
        foreach (var entry in _firsts.Keys)
        {
            var function = Encoding.UTF8.GetString(entry.AsSpan(FunctionRegistry.HeadBytes));
            Defect($"'{function}' has {(EventState)entry[0]} events, but no entry in the registry");
        }
    }

    private static bool Decodes(EventState state, EventPosition position, ReadOnlySpan<byte> value)
    {
        try
        {
            var record =
                state == EventState.Outbox ? OutboxRecord.Read(position, value).Record.Span : value;
            return Enum.IsDefined(state) && EventRecord.Decode(record) is not null;
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static bool IsBefore(EventPosition a, EventPosition b) =>
        a.Revision < b.Revision || (a.Revision == b.Revision && a.Ordinal < b.Ordinal);

    private void Defect(string what) => defects.Add($"{id}: {what}");
}
