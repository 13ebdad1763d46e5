using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

public sealed class GroupIndexTests
{
    private readonly RecordBatch _batch = new();
    private readonly GroupIndex _index;

    public GroupIndexTests() => _index = new GroupIndex(_batch);

    [Fact]
    public void Records_of_the_commit_itself_are_not_found()
    {
        _index.StartCommit();
        _batch.Put("a"u8, "1"u8);
        Assert.False(_index.TryFind("a"u8, out _));
        _index.StartCommit();
        Assert.True(_index.TryFind("a"u8, out _));
    }

    [Fact]
    public void The_newest_record_of_earlier_commits_is_found()
    {
        _batch.Put("a"u8, "1"u8);
        _index.StartCommit();
        Assert.Equal("1", Value("a"u8));
        _batch.Put("a"u8, "2"u8);
        Assert.Equal("1", Value("a"u8));
        _index.StartCommit();
        Assert.Equal("2", Value("a"u8));
        Assert.False(_index.TryFind("b"u8, out _));
    }

    [Fact]
    public void A_deletion_is_found_as_one()
    {
        _batch.Put("a"u8, "1"u8);
        "a"u8.CopyTo(_batch.Delete(1));
        _index.StartCommit();
        Assert.True(_index.TryFind("a"u8, out var record));
        Assert.Equal(RecordKind.Delete, record.Kind);
    }

    [Fact]
    public void A_cleared_index_finds_nothing()
    {
        _batch.Put("a"u8, "1"u8);
        _index.StartCommit();
        Assert.True(_index.TryFind("a"u8, out _));
        _batch.Clear();
        _index.Clear();
        _index.StartCommit();
        Assert.False(_index.TryFind("a"u8, out _));
    }

    private string? Value(ReadOnlySpan<byte> key) =>
        _index.TryFind(key, out var record)
            ? System.Text.Encoding.UTF8.GetString(record.Value)
            : null;
}
