using RocksDbSharp;

namespace Harness.Storage;

/// <summary>A batch of a database, written as often as one likes. For one thread.</summary>
public sealed class BareBatch(RocksDb database, WriteOptions options) : IDisposable
{
    private readonly WriteBatch _batch = new();

    /// <summary>Adds a record to what <see cref="Commit"/> writes.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _batch.Put(key, value);

    public void Commit()
    {
        database.Write(_batch, options);
        _batch.Clear();
    }

    public void Dispose() => _batch.Dispose();
}
