using Waverless.Maintenance;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>
/// Counts the records of ranges: the first ones one by one, the rest by the size of the files
/// that they are in.
/// </summary>
internal sealed class RecordCount(IKeyspace keyspace)
{
    /// <summary>Of each range, so that an estimate has something to rest on.</summary>
    private const int CountedAtLeast = 100;

    private long _counted;
    private long _count;
    private long _bytes;
    private bool _isEstimate;

    /// <summary>What was found.</summary>
    public SizeEstimate Result => new(_count, _bytes, !_isEstimate);

    /// <summary>Adds a space of a partition.</summary>
    public RecordCount Add(PartitionKeys keys, KeySpace space)
    {
        var from = new byte[PartitionKeys.PrefixBytes];
        var to = new byte[PartitionKeys.PrefixBytes];
        keys.Prefix(from, space);
        keys.Prefix(to, space + 1);
        return Add(from, to);
    }

    /// <summary>Adds the change log of a partition above its floor.</summary>
    public RecordCount AddChangeLog(PartitionKeys keys, ulong floor)
    {
        var from = new byte[PartitionKeys.PrefixBytes + sizeof(ulong)];
        var to = new byte[PartitionKeys.PrefixBytes];
        keys.ChangeLog(from, floor + 1);
        keys.Prefix(to, KeySpace.ChangeLog + 1);
        return Add(from, to);
    }

    /// <summary>Adds the records in [from, to).</summary>
    public RecordCount Add(byte[] from, byte[] to)
    {
        var (count, bytes) = (0L, 0L);
        byte[]? rest = null;
        using (var cursor = keyspace.OpenCursor(from, to))
        {
            while (rest is null && cursor.MoveNext())
            {
                count++;
                bytes += cursor.Key.Length + cursor.Value.Length;
                _counted++;
                rest =
                    _counted >= SizeEstimate.CountedMax && count >= CountedAtLeast
                        ? cursor.Key.ToArray()
                        : null;
            }
        }

        if (rest is not null)
        {
            _isEstimate = true;
            var factor = Factor(from, rest, to);
            (count, bytes) = ((long)(count * factor), (long)(bytes * factor));
        }

        _count += count;
        _bytes += bytes;
        return this;
    }

    /// <summary>How many times as large a range is as the part of it that was counted.</summary>
    private double Factor(byte[] from, byte[] rest, byte[] to)
    {
        var counted = keyspace.ApproximateBytes(from, rest);
        var all = keyspace.ApproximateBytes(from, to);
        return counted > 0 ? Math.Max(1, (double)all / counted) : 1;
    }
}
