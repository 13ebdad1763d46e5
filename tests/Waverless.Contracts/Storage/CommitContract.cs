using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Commits are atomic, ordered, bounded, and conditions decide them.</summary>
public abstract class CommitContract : StorageContract
{
    [Fact]
    public async Task Revisions_grow_by_one_and_are_stored_with_the_value()
    {
        Assert.Equal(1u, await PutAsync("a", "1"));
        Assert.Equal(2u, await PutAsync("b", "2"));
        Assert.Equal(3u, await PutAsync("a", "3"));
        Assert.Equal(("3", 3u), await ReadAsync("a"));
        Assert.Equal(("2", 2u), await ReadAsync("b"));
    }

    [Fact]
    public async Task Partitions_count_their_revisions_apart_and_do_not_see_each_other()
    {
        var other = new PartitionId("shop", 1);
        await PutAsync("a", "here");
        Assert.Equal(1u, await PutAsync("a", "there", other));
        Assert.Equal("here", await GetAsync("a"));
        Assert.Equal("there", await GetAsync("a", other));
        Assert.Contains(P, Engine.Partitions);
        Assert.Contains(other, Engine.Partitions);
        Assert.Null(await GetAsync("a", new PartitionId("nobody", 0)));
    }

    [Fact]
    public async Task A_revision_names_incarnation_and_partition()
    {
        var result = await CommitAsync(c => c.Put("k"u8, "v"u8), new PartitionId("shop", 7));
        Assert.Equal(new Revision(Engine.Incarnation, 7, 1), result.Revision);
        Assert.NotEqual(0u, Engine.Incarnation);
    }

    [Fact]
    public async Task Later_operations_on_a_key_win_within_a_commit()
    {
        await CommittedAsync(c =>
        {
            c.Put("k"u8, "1"u8);
            c.Delete("k"u8);
            c.Put("k"u8, "2"u8);
            c.Put("gone"u8, "x"u8);
            c.Delete("gone"u8);
        });
        Assert.Equal("2", await GetAsync("k"));
        Assert.Null(await GetAsync("gone"));
    }

    [Fact]
    public async Task A_commit_without_operations_takes_a_revision_that_is_not_used_again()
    {
        Assert.Equal(1u, await CommittedAsync(_ => { }));
        await ReopenAsync();
        Assert.Equal(2u, await PutAsync("k", "v"));
    }

    [Fact]
    public async Task Values_may_be_empty_and_large()
    {
        var large = new byte[Limits.Kv.ValueBytesMax];
        Random.Shared.NextBytes(large);
        await CommittedAsync(c =>
        {
            c.Put("empty"u8, default);
            c.Put("large"u8, large);
        });
        Assert.Equal(string.Empty, await GetAsync("empty"));
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        var read = await Engine.GetAsync(P, "large", default, into, Ct);
        Assert.Equal(new KvRead(true, 1, large.Length), read);
        Assert.True(into.WrittenSpan.SequenceEqual(large));
    }

    [Fact]
    public async Task Keys_are_any_bytes()
    {
        byte[] key = [0, 255, 0, 1];
        await CommittedAsync(c => c.Put(key, "v"u8));
        var page = await Engine.ScanAsync(P, KvRange.Prefix(string.Empty), default, Ct);
        Assert.Equal(key, Assert.Single(page.Entries).Key.Utf8.ToArray());
    }

    [Fact]
    public async Task A_failed_condition_names_its_index_and_leaves_nothing_behind()
    {
        await PutAsync("k", "1");
        var result = await CommitAsync(c =>
        {
            c.RequirePresent("k"u8);
            c.Put("other"u8, "x"u8);
            c.RequireAbsent("k"u8);
            c.RequireAbsent("k"u8);
        });
        Assert.Equal(CommitResult.ConditionFailed(1), result);
        Assert.Null(await GetAsync("other"));
        Assert.Equal(2u, await PutAsync("k", "2"));
    }

    [Fact]
    public async Task Absent_and_present_are_decided_by_what_was_before_the_commit()
    {
        Assert.True((await CommitAsync(c => Replace(c, absent: true))).IsCommitted);
        Assert.Equal(
            CommitResult.ConditionFailed(0),
            await CommitAsync(c => Replace(c, absent: true))
        );
        Assert.True((await CommitAsync(c => Replace(c, absent: false))).IsCommitted);
        await DeleteAsync("k");
        Assert.Equal(
            CommitResult.ConditionFailed(0),
            await CommitAsync(c => Replace(c, absent: false))
        );

        static void Replace(Commit c, bool absent)
        {
            c.Put("k"u8, "v"u8);
            if (absent)
            {
                c.RequireAbsent("k"u8);
            }
            else
            {
                c.RequirePresent("k"u8);
            }
        }
    }

    [Fact]
    public async Task A_revision_condition_holds_until_the_key_is_written_or_deleted()
    {
        var first = await PutAsync("k", "1");
        await PutAsync("unrelated", "x");
        var second = await CommittedAsync(c =>
        {
            c.RequireRevision("k"u8, first);
            c.Put("k"u8, "2"u8);
        });
        Assert.Equal(
            CommitResult.ConditionFailed(0),
            await CommitAsync(c => c.RequireRevision("k"u8, first))
        );
        await DeleteAsync("k");
        Assert.Equal(
            CommitResult.ConditionFailed(0),
            await CommitAsync(c => c.RequireRevision("k"u8, second))
        );
    }

    [Fact]
    public async Task A_range_condition_sees_writes_deletes_and_new_keys_in_the_range_only()
    {
        await PutAsync("b1", "1");
        var since = await PutAsync("b2", "1");
        await PutAsync("a", "1");
        await PutAsync("c", "1");
        Assert.True((await RangeAsync(since)).IsCommitted);
        since = await PutAsync("b3", "phantom");
        Assert.Equal(CommitResult.ConditionFailed(0), await RangeAsync(since - 1));
        Assert.True((await RangeAsync(since)).IsCommitted);
        await DeleteAsync("b1");
        Assert.Equal(CommitResult.ConditionFailed(0), await RangeAsync(since));

        ValueTask<CommitResult> RangeAsync(ulong number) =>
            CommitAsync(c => c.RequireRangeUnchanged("b"u8, "c"u8, number));
    }

    [Fact]
    public async Task A_range_condition_without_an_end_reaches_to_the_last_key()
    {
        var since = await PutAsync("a", "1");
        await PutAsync("zz", "1");
        Assert.Equal(
            CommitResult.ConditionFailed(0),
            await CommitAsync(c => c.RequireRangeUnchanged("b"u8, default, since))
        );
    }

    [Fact]
    public async Task Deleting_a_revision_never_deletes_a_newer_value()
    {
        var first = await PutAsync("k", "1");
        var second = await PutAsync("k", "2");
        await CommittedAsync(c => c.DeleteIfRevision("k"u8, first));
        Assert.Equal("2", await GetAsync("k"));
        await CommittedAsync(c => c.DeleteIfRevision("k"u8, second));
        Assert.Null(await GetAsync("k"));
    }

    [Fact]
    public async Task What_is_too_large_is_refused_with_the_bound()
    {
        var kv = Limits.Kv;
        var key = await CommitAsync(c => c.Put(new byte[kv.KeyBytesMax + 1], "v"u8));
        Assert.Equal(CommitRejection.TooLarge, key.Rejection);
        Assert.Contains($"{kv.KeyBytesMax}", key.Reason, StringComparison.Ordinal);
        var value = await CommitAsync(c => c.Put("k"u8, new byte[kv.ValueBytesMax + 1]));
        Assert.Equal(CommitRejection.TooLarge, value.Rejection);
        Assert.Contains($"{kv.ValueBytesMax}", value.Reason, StringComparison.Ordinal);
        var operations = await CommitAsync(c =>
        {
            for (var i = 0; i <= kv.BatchOperationsMax; i++)
            {
                c.Delete("k"u8);
            }
        });
        Assert.Equal(CommitRejection.TooLarge, operations.Rejection);
        var empty = await CommitAsync(c => c.Put(default, "v"u8));
        Assert.Equal(CommitRejection.Malformed, empty.Rejection);
        Assert.Equal(1u, await PutAsync("k", "v"));
    }

    [Fact]
    public async Task The_largest_key_is_taken()
    {
        var key = new string('k', Limits.Kv.KeyBytesMax);
        await PutAsync(key, "v");
        Assert.Equal("v", await GetAsync(key));
    }

    [Fact]
    public async Task A_partition_out_of_range_is_refused()
    {
        var result = await CommitAsync(c => c.Put("k"u8, "v"u8), new PartitionId("shop", 256));
        Assert.Equal(CommitRejection.Malformed, result.Rejection);
    }

    [Fact]
    public async Task A_closed_engine_refuses_commits_and_reads()
    {
        await PutAsync("k", "v");
        await Engine.DisposeAsync();
        var result = await CommitAsync(c => c.Put("k"u8, "w"u8));
        Assert.Equal(CommitRejection.Closed, result.Rejection);
        var error = await Assert.ThrowsAsync<StorageException>(async () => await GetAsync("k"));
        Assert.Equal(StorageError.Closed, error.Error);
        await ReopenAsync();
        Assert.Equal("v", await GetAsync("k"));
    }
}
