using System.Text;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Watch delivers every change in revision order, without gaps, until retention.</summary>
public abstract class WatchContract : StorageContract
{
    private const int Kept = 64;

    protected override StorageContractLimits Limits { get; } = new() { ChangeLogCommitsMax = Kept };

    [Fact]
    public async Task Changes_of_the_past_come_in_order_with_their_values()
    {
        await PutAsync("a", "1");
        await CommittedAsync(c =>
        {
            c.Put("b"u8, "2"u8);
            c.Delete("a"u8);
        });
        var changes = await WatchAsync(default, 3);
        Assert.Equal(["1 Set a=1", "2 Set b=2", "2 Delete a="], changes.Select(Show));
        Assert.Null(changes[2].Value);
    }

    [Fact]
    public async Task A_watch_goes_on_after_the_revision_that_it_names()
    {
        await PutAsync("a", "1");
        var seen = (await CommitAsync(c => c.Put("b"u8, "2"u8))).Revision;
        await PutAsync("c", "3");
        Assert.Equal("3 Set c=3", Show(Assert.Single(await WatchAsync(seen, 1))));
    }

    [Fact]
    public async Task A_watch_waits_for_what_comes()
    {
        var watch = WatchAsync(default, 2);
        await PutAsync("a", "1");
        await PutAsync("b", "2");
        Assert.Equal(["1 Set a=1", "2 Set b=2"], (await watch).Select(Show));
    }

    [Fact]
    public async Task Commits_without_changes_are_passed_over()
    {
        await CommittedAsync(_ => { });
        await PutAsync("a", "1");
        await CommittedAsync(_ => { });
        await PutAsync("b", "2");
        Assert.Equal(["2 Set a=1", "4 Set b=2"], (await WatchAsync(default, 2)).Select(Show));
    }

    [Fact]
    public async Task A_deletion_that_did_not_happen_is_not_a_change()
    {
        await PutAsync("a", "1");
        await CommittedAsync(c => c.DeleteIfRevision("a"u8, 99));
        await PutAsync("b", "2");
        Assert.Equal(["1 Set a=1", "3 Set b=2"], (await WatchAsync(default, 2)).Select(Show));
    }

    [Fact]
    public async Task Values_over_four_kibibytes_come_by_reference()
    {
        await CommittedAsync(c =>
        {
            c.Put("small"u8, new byte[4096]);
            c.Put("large"u8, new byte[4097]);
        });
        var changes = await WatchAsync(default, 2);
        Assert.Equal(4096, changes[0].Value!.Value.Length);
        Assert.Equal(KvChangeKind.Set, changes[1].Kind);
        Assert.Null(changes[1].Value);
    }

    [Fact]
    public async Task The_log_survives_a_restart()
    {
        await PutAsync("a", "1");
        await ReopenAsync();
        await PutAsync("b", "2");
        Assert.Equal(["1 Set a=1", "2 Set b=2"], (await WatchAsync(default, 2)).Select(Show));
    }

    [Fact]
    public async Task Below_the_retained_log_a_watch_is_refused_as_compacted()
    {
        var first = (await CommitAsync(c => c.Put("k"u8, "0"u8))).Revision;
        for (var i = 1; i < Kept * 3; i++)
        {
            await PutAsync("k", $"{i}");
        }

        var error = await Assert.ThrowsAsync<StorageException>(() => WatchAsync(first, 1));
        Assert.Equal(StorageError.Compacted, error.Error);
        Assert.Contains(P.ToString(), error.Message, StringComparison.Ordinal);

        // Number 0 starts at what there is, and what there is has at least the promised length.
        var oldest = (await WatchAsync(default, 1))[0].Revision.Number;
        Assert.InRange(oldest, 2u, (ulong)(Kept * 2 + 1));
        var rest = await WatchAsync(default, Kept);
        Assert.Equal(
            Enumerable.Range((int)oldest, Kept).Select(n => (ulong)n),
            rest.Select(c => c.Revision.Number)
        );
    }

    [Fact]
    public async Task Revisions_and_floor_survive_a_restart_after_trimming()
    {
        for (var i = 0; i < Kept * 3; i++)
        {
            await PutAsync("k", $"{i}");
        }

        await ReopenAsync();
        Assert.Equal((ulong)(Kept * 3 + 1), await PutAsync("k", "next"));
        var error = await Assert.ThrowsAsync<StorageException>(() =>
            WatchAsync(new Revision(Engine.Incarnation, 0, 1), 1)
        );
        Assert.Equal(StorageError.Compacted, error.Error);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 0, 5)]
    public async Task A_foreign_revision_is_refused(
        int otherIncarnation,
        int otherPartition,
        ulong number
    )
    {
        await PutAsync("k", "1");
        var foreign = new Revision(
            Engine.Incarnation + (uint)otherIncarnation,
            otherPartition,
            number
        );
        var error = await Assert.ThrowsAsync<StorageException>(() => WatchAsync(foreign, 1));
        Assert.Equal(StorageError.ForeignRevision, error.Error);
    }

    [Fact]
    public async Task A_watch_ends_when_cancelled_and_when_the_engine_closes()
    {
        await PutAsync("k", "1");
        using var stop = new CancellationTokenSource();
        var cancelled = DrainAsync(stop.Token);
        var closed = DrainAsync(Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Engine.DisposeAsync();
        var error = await Assert.ThrowsAsync<StorageException>(() => closed);
        Assert.Equal(StorageError.Closed, error.Error);
    }

    private async Task DrainAsync(CancellationToken ct)
    {
        await foreach (var _ in Engine.WatchAsync(P, default, ct))
        {
            await Task.Yield();
        }
    }

    private static string Show(KvChange change) =>
        $"{change.Revision.Number} {change.Kind} {change.Key}="
        + (change.Value is { } value ? Encoding.UTF8.GetString(value.Span) : string.Empty);
}
