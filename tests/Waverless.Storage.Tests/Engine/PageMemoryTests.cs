using System.Runtime.InteropServices;
using CsCheck;

namespace Waverless.Storage.Engine;

public sealed class PageMemoryTests
{
    [Fact]
    public void Every_copy_keeps_its_bytes() =>
        Gen
            .Byte.Array[0, PageMemory.SharedEntryMax + 10]
            .Array[0, 60]
            .Sample(
                entries =>
                {
                    var memory = default(PageMemory);
                    var copies = entries.Select(entry => memory.Copy(entry)).ToList();
                    for (var index = 0; index < entries.Length; index++)
                    {
                        Assert.Equal(entries[index], copies[index].ToArray());
                    }
                },
                iter: 50
            );

    [Fact]
    public void Small_ones_share_an_array_and_large_ones_do_not()
    {
        var memory = default(PageMemory);
        var one = ArrayOf(memory.Copy(new byte[10]));
        Assert.Same(one, ArrayOf(memory.Copy(new byte[10])));
        var large = ArrayOf(memory.Copy(new byte[PageMemory.SharedEntryMax + 1]));
        Assert.Equal(PageMemory.SharedEntryMax + 1, large.Length);
        Assert.Same(one, ArrayOf(memory.Copy(new byte[10])));
    }

    [Fact]
    public void An_entry_keeps_no_more_than_its_array()
    {
        var memory = default(PageMemory);
        for (var index = 0; index < 1_000; index++)
        {
            Assert.InRange(ArrayOf(memory.Copy(new byte[100])).Length, 0, PageMemory.SharedBytes);
        }
    }

    private static byte[] ArrayOf(ReadOnlyMemory<byte> memory)
    {
        Assert.True(MemoryMarshal.TryGetArray(memory, out var segment));
        return segment.Array!;
    }
}
