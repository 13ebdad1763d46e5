using System.Buffers.Binary;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Integrity;

public sealed class HistoryCheckTests
{
    [Fact]
    public void It_compares_the_last_change_of_so_many_keys_and_of_no_more()
    {
        const int More = 10;
        using var empty = new MemoryKeyspace(new MemoryVolume());
        var defects = new DefectList();
        var check = new HistoryCheck(new("shop", 0), new PartitionKeys(1), empty, defects);
        var changes = new ChangeRecord();
        Span<byte> key = stackalloc byte[sizeof(int)];
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        changes.Begin(0);
        for (var i = 0; i < HistoryCheck.ComparedKeysMax + More; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(key, i);
            changes.Set(key, default);
        }

        BinaryPrimitives.WriteUInt64BigEndian(number, 1);
        check.Commit(number, changes.Encoded);

        // Nothing of it is stored, so that each key that is compared is a defect. A key that is
        // known already is followed beyond the bound.
        changes.Begin(0);
        changes.Delete([0, 0, 0, 0]);
        BinaryPrimitives.WriteUInt64BigEndian(number, 2);
        check.Commit(number, changes.Encoded);
        check.End();

        Assert.Equal(HistoryCheck.ComparedKeysMax - 1, defects.Count);
    }
}
