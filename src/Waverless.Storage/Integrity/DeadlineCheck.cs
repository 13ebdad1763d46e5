using System.Buffers.Binary;
using System.Text;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Integrity;

/// <summary>
/// Checks that the list of deadlines names every value that has one: a value that it lacks would
/// stay for ever.
/// </summary>
internal sealed class DeadlineCheck(
    PartitionId id,
    PartitionKeys keys,
    IKeyspaceView snapshot,
    DefectList defects
)
{
    private const int HeadBytes = sizeof(long) + 1;

    /// <summary>Checks a value: if it has a deadline, that is listed.</summary>
    public void Value(KeyArea area, ReadOnlySpan<byte> key, ReadOnlySpan<byte> stored)
    {
        var deadlineMs = StoredValue.DeadlineMs(stored);
        if (deadlineMs == 0)
        {
            return;
        }

        var listed = new byte[PartitionKeys.DeadlineBytes(key)];
        keys.Deadline(listed, deadlineMs, area, key);
        Span<byte> revision = stackalloc byte[sizeof(ulong)];
        if (
            snapshot.GetHead(listed, revision) < sizeof(ulong)
            || BinaryPrimitives.ReadUInt64LittleEndian(revision) != StoredValue.Revision(stored)
        )
        {
            Defect($"the deadline of '{Encoding.UTF8.GetString(key)}' is not listed");
        }
    }

    /// <summary>
    /// Checks an entry of the list. It may be one of a value that was replaced since: such entries
    /// go when their time comes.
    /// </summary>
    public void Entry(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> value)
    {
        if (
            entry.Length <= HeadBytes
            || entry[sizeof(long)] > (byte)KeyArea.System
            || value.Length != sizeof(ulong)
        )
        {
            Defect($"the deadline {Convert.ToHexString(entry)} does not decode");
        }
    }

    private void Defect(string what) => defects.Add($"{id}: {what}");
}
