using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Scans against key order, and how pages of both orders continue.</summary>
public abstract class ReverseScanContract : StorageContract
{
    [Fact]
    public async Task A_reverse_scan_gives_the_same_entries_from_the_last_to_the_first()
    {
        await FillAsync();
        var range = KvRange.Prefix("k/");
        var forward = await ScanAsync(range);
        Assert.Equal(10, forward.Length);
        Assert.Equal(forward.Reverse(), await ScanAsync(range with { Reverse = true }));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    [InlineData(true, 10)]
    public async Task Pages_of_both_orders_continue_without_gap_and_overlap(bool reverse, int limit)
    {
        await FillAsync();
        var range = KvRange.Prefix("k/", limit) with { Reverse = reverse };
        var seen = new List<string>();
        while (true)
        {
            var page = await Engine.ScanAsync(P, range, default, Ct);
            Assert.InRange(page.Entries.Count, 0, limit);
            seen.AddRange(page.Entries.Select(entry => entry.Key.ToString()));
            if (page.Next is not { } next)
            {
                break;
            }

            range = range.ContinueAt(next);
        }

        var expected = Enumerable.Range(0, 10).Select(i => $"k/{i}");
        Assert.Equal(reverse ? expected.Reverse() : expected, seen);
    }

    [Fact]
    public async Task A_reverse_scan_passes_over_what_has_expired()
    {
        await FillAsync();
        await CommittedAsync(c => c.PutUntil("k/95"u8, "gone"u8, 1));
        var range = KvRange.Prefix("k/", 1) with { Reverse = true };
        Assert.Equal(["k/9=9"], await ScanAsync(range));
    }

    [Fact]
    public async Task An_empty_range_has_no_page_in_either_order()
    {
        await FillAsync();
        var range = KvRange.Prefix("z");
        Assert.Empty(await ScanAsync(range));
        Assert.Empty(await ScanAsync(range with { Reverse = true }));
    }

    private async Task FillAsync()
    {
        await PutAsync("a", "before");
        for (var i = 0; i < 10; i++)
        {
            await PutAsync($"k/{i}", $"{i}");
        }

        await PutAsync("l", "behind");
    }
}
