using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// Finds the newest record of a key among the commits of a group that are decided but not yet
/// written. Indexed only when a later commit of the group asks. Not thread-safe.
/// </summary>
internal sealed class GroupIndex(RecordBatch batch)
{
    private readonly Dictionary<byte[], int> _offsets = new(SpanKeyComparer.Instance);
    private int _indexedTo;

    /// <summary>
    /// Where the records of the commit being decided begin; those below are searched.
    /// </summary>
    public int Boundary { get; private set; }

    /// <summary>Forgets everything; the batch was cleared.</summary>
    public void Clear()
    {
        _offsets.Clear();
        _indexedTo = 0;
        Boundary = 0;
    }

    /// <summary>Draws the line: what the batch has now was decided before.</summary>
    public void StartCommit() => Boundary = batch.Count == 0 ? 0 : batch.Bytes;

    /// <summary>
    /// Looks a key up; false if no earlier commit of the group touched it. The record is a put or
    /// a deletion.
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> key, out RecordReader record)
    {
        record = default;
        if (Boundary == 0)
        {
            return false;
        }

        IndexUpToBoundary();
        if (!_offsets.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var offset))
        {
            return false;
        }

        record = batch.Read(offset);
        return record.MoveNext();
    }

    private void IndexUpToBoundary()
    {
        var byKey = _offsets.GetAlternateLookup<ReadOnlySpan<byte>>();
        var reader = batch.Read(_indexedTo);
        while (reader.Offset < Boundary)
        {
            var offset = reader.Offset;
            reader.MoveNext();
            byKey[reader.Key] = offset;
        }

        _indexedTo = Boundary;
    }
}
