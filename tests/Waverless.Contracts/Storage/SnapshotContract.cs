using System.Buffers;
using System.Text;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>A snapshot shows one state, whatever is committed meanwhile.</summary>
public abstract class SnapshotContract : StorageContract
{
    [Fact]
    public async Task Later_commits_do_not_change_what_it_shows()
    {
        await PutAsync("a", "1");
        await PutAsync("b", "1");
        using var snapshot = await Engine.SnapshotAsync(P, default, Ct);
        await PutAsync("a", "2");
        await DeleteAsync("b");
        await PutAsync("c", "2");
        Assert.Equal("1", await ReadAsync(snapshot, "a"));
        Assert.Equal("1", await ReadAsync(snapshot, "b"));
        Assert.Null(await ReadAsync(snapshot, "c"));
        var page = await snapshot.ScanAsync(KvRange.Prefix(""), KeyArea.Data, Ct);
        Assert.Equal(["a", "b"], page.Entries.Select(e => e.Key.ToString()));
        Assert.Equal(2u, snapshot.Number);
    }

    [Fact]
    public async Task It_is_at_least_as_new_as_its_number()
    {
        for (var i = 0; i < 50; i++)
        {
            var number = await PutAsync("k", $"{i}");
            using var snapshot = await Engine.SnapshotAsync(P, new ReadOptions(number), Ct);
            Assert.Equal($"{i}", await ReadAsync(snapshot, "k"));
            Assert.True(snapshot.Number >= number);
        }
    }

    [Fact]
    public async Task Store_time_stands_still_in_it()
    {
        await CommittedAsync(c => c.PutUntil("k"u8, "v"u8, Clock.NowMs + 10));
        using var snapshot = await Engine.SnapshotAsync(P, default, Ct);
        Clock.NowMs += 10;
        Assert.Null(await GetAsync("k"));
        Assert.Equal("v", await ReadAsync(snapshot, "k"));
    }

    [Fact]
    public async Task A_partition_that_nothing_was_written_to_is_empty()
    {
        using var snapshot = await Engine.SnapshotAsync(new PartitionId("none", 0), default, Ct);
        Assert.Null(await ReadAsync(snapshot, "k"));
        Assert.Empty((await snapshot.ScanAsync(KvRange.Prefix(""), KeyArea.Data, Ct)).Entries);
    }

    [Fact]
    public async Task It_may_be_disposed_twice_and_outlive_the_engine()
    {
        await PutAsync("k", "v");
        var snapshot = await Engine.SnapshotAsync(P, default, Ct);
        await Engine.DisposeAsync();
        Assert.Equal("v", await ReadAsync(snapshot, "k"));
        snapshot.Dispose();
        snapshot.Dispose();
        await ReopenAsync();
        Assert.Equal("v", await GetAsync("k"));
    }

    [Fact]
    public async Task Records_of_the_platform_are_apart_from_the_keys_of_the_app()
    {
        await CommittedAsync(c =>
        {
            c.Put("k"u8, "app"u8);
            c.Put("k"u8, "platform"u8, KeyArea.System);
        });
        Assert.Equal("app", await GetAsync("k"));
        using var snapshot = await Engine.SnapshotAsync(P, default, Ct);
        Assert.Equal("platform", await ReadAsync(snapshot, "k", KeyArea.System));
        await CommittedAsync(c => c.Delete("k"u8));
        Assert.Null(await GetAsync("k"));
        await CommittedAsync(c => c.RequirePresent("k"u8, KeyArea.System));
        var changes = await WatchAsync(default, 2);
        Assert.Equal([KvChangeKind.Set, KvChangeKind.Delete], changes.Select(c => c.Kind));
    }

    private static async Task<string?> ReadAsync(
        IReadSnapshot snapshot,
        string key,
        KeyArea area = KeyArea.Data
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await snapshot.GetAsync(key, area, into, Ct);
        return read.Found ? Encoding.UTF8.GetString(into.WrittenSpan) : null;
    }
}
