using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Point reads and scans.</summary>
public abstract class ReadContract : StorageContract
{
    protected override StorageContractLimits Limits { get; } =
        new()
        {
            Kv = new KvLimits { PageEntriesMax = 10, PageBytesMax = 1000 },
        };

    [Fact]
    public async Task An_absent_key_writes_nothing()
    {
        Assert.Equal((null, 0u), await ReadAsync("nothing"));
        await PutAsync("k", "v");
        Assert.Equal((null, 0u), await ReadAsync("nothing"));
    }

    [Fact]
    public async Task A_scan_is_ordered_by_bytes_and_ends_before_its_end()
    {
        foreach (var key in new[] { "b", "a", "c", "ab", "é", "B" })
        {
            await PutAsync(key, key);
        }

        Assert.Equal(["B=B", "a=a", "ab=ab", "b=b", "c=c", "é=é"], await ScanAsync(Range("", "")));
        Assert.Equal(["a=a", "ab=ab", "b=b"], await ScanAsync(Range("a", "c")));
        Assert.Empty(await ScanAsync(Range("c", "a")));
        Assert.Empty(await ScanAsync(Range("x", "y")));
    }

    [Fact]
    public async Task A_prefix_scan_returns_the_prefix_and_nothing_else()
    {
        foreach (var key in new[] { "p", "p_1", "p_2", "q", "o~" })
        {
            await PutAsync(key, "");
        }

        Assert.Equal(["p=", "p_1=", "p_2="], await ScanAsync(KvRange.Prefix("p")));
        Assert.Equal(["p_1=", "p_2="], await ScanAsync(KvRange.Prefix("p_")));
    }

    [Fact]
    public async Task Deleted_keys_are_not_scanned_and_replaced_ones_appear_once()
    {
        await PutAsync("a", "1");
        await PutAsync("b", "1");
        await PutAsync("b", "2");
        await DeleteAsync("a");
        Assert.Equal(["b=2"], await ScanAsync(Range("", "")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public async Task Pages_continue_where_the_last_one_ended(int limit)
    {
        var keys = Enumerable.Range(0, 37).Select(i => $"k{i:000}").ToArray();
        await CommittedAsync(c =>
        {
            foreach (var key in keys)
            {
                c.Put(B(key), "v"u8);
            }
        });
        var seen = new List<string>();
        KvKey? next = "k";
        while (next is { } from)
        {
            var page = await Engine.ScanAsync(P, new KvRange(from, "l", limit), default, Ct);
            Assert.InRange(page.Entries.Count, 1, Math.Min(limit, 10));
            seen.AddRange(page.Entries.Select(e => e.Key.ToString()));
            next = page.Next;
        }

        Assert.Equal(keys, seen);
    }

    [Fact]
    public async Task A_page_is_bounded_by_bytes_but_never_empty()
    {
        await CommittedAsync(c =>
        {
            c.Put("a"u8, new byte[600]);
            c.Put("b"u8, new byte[600]);
            c.Put("c"u8, new byte[5000]);
        });
        var first = await Engine.ScanAsync(P, Range("", ""), default, Ct);
        Assert.Single(first.Entries);
        Assert.Equal("b", first.Next.ToString());
        var last = await Engine.ScanAsync(P, Range("c", ""), default, Ct);
        Assert.Equal(5000, Assert.Single(last.Entries).Value.Length);
        Assert.Null(last.Next);
    }

    [Fact]
    public async Task Entries_tell_the_revision_that_wrote_them()
    {
        await PutAsync("a", "1");
        await PutAsync("b", "2");
        await PutAsync("a", "3");
        var page = await Engine.ScanAsync(P, Range("", ""), default, Ct);
        Assert.Equal([3u, 2u], page.Entries.Select(e => e.Number));
    }

    [Fact]
    public async Task A_read_waits_for_the_revision_that_it_must_reach()
    {
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        var read = Engine.GetAsync(P, "k", new ReadOptions(AtLeast: 2), into, Ct).AsTask();
        await PutAsync("k", "1");
        Assert.False(read.IsCompleted);
        await PutAsync("k", "2");
        Assert.Equal(2u, (await read).Number);
        using var stop = new CancellationTokenSource();
        var never = Engine.ScanAsync(P, Range("", ""), new ReadOptions(99), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

    private static KvRange Range(string from, string to) => new(from, to, int.MaxValue);
}
