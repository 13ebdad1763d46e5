using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// Keeps count of what a partition's keys and blobs take, exactly, once a quota has asked for it,
/// and refuses what would add to more than the quota. Costs a read of each old value. Not
/// thread-safe.
/// </summary>
internal sealed class UsageMeter(IKeyspace keyspace, PartitionKeys keys, OldValues old)
{
    private const int StackKeyBytesMax = 1200;

    /// <summary>What a commit leaves of each key that it touches: bytes, or -1 for nothing.</summary>
    private readonly Dictionary<byte[], int> _left = new(SpanKeyComparer.Instance);

    private Usage _change;

    /// <summary>
    /// Decides about the commit and notes what it changes; null if nothing stands against it.
    /// </summary>
    public ApplyDecision? Decide(
        PartitionState state,
        Commit commit,
        Usage? quota,
        bool groupIsEmpty
    )
    {
        _change = default;
        if (commit.MutationCount == 0 || (quota is null && state.Usage is null))
        {
            return null;
        }

        if (state.Usage is null)
        {
            if (!groupIsEmpty)
            {
                return new ApplyDecision(ApplyOutcome.WriteGroupFirst, default);
            }

            state.Usage = Usage.Count(keyspace, keys);
        }

        Measure(commit);
        return quota is { } allowed ? Compare(state.Usage.Value, allowed) : null;
    }

    /// <summary>The commit takes effect: the count moves on.</summary>
    public void Apply(PartitionState state, RecordBatch batch)
    {
        if (state.Usage is not { } usage || _change == default)
        {
            return;
        }

        usage = new Usage(usage.Keys + _change.Keys, usage.Bytes + _change.Bytes);
        state.Usage = usage;
        usage.Write(batch, keys);
    }

    /// <summary>What does not add to a sum goes, also above the quota.</summary>
    private ApplyDecision? Compare(Usage usage, Usage allowed)
    {
        var (keysAfter, bytesAfter) = (usage.Keys + _change.Keys, usage.Bytes + _change.Bytes);
        if (_change.Keys > 0 && keysAfter > allowed.Keys)
        {
            return Refuse($"{keysAfter} keys", $"{allowed.Keys}");
        }

        return _change.Bytes > 0 && bytesAfter > allowed.Bytes
            ? Refuse($"{bytesAfter} bytes", $"{allowed.Bytes}")
            : null;
    }

    private static ApplyDecision Refuse(string what, string max) =>
        ApplyDecision.Reject(
            CommitRejection.QuotaExceeded,
            $"commit: the app would keep {what}, its quota is {max}; delete something first"
        );

    private void Measure(Commit commit)
    {
        var reader = commit.Read();
        if (commit.MutationCount == 1)
        {
            while (reader.TryRead(out var only))
            {
                if (Counts(only) && Leaves(only) is { } left)
                {
                    Add(only.Area, only.Key, left);
                }
            }

            return;
        }

        // Of several operations on a key the last one counts, and its old value only once.
        _left.Clear();
        var byKey = _left.GetAlternateLookup<ReadOnlySpan<byte>>();
        Span<byte> stack = stackalloc byte[StackKeyBytesMax];
        while (reader.TryRead(out var o))
        {
            if (Counts(o) && Leaves(o) is { } left)
            {
                var length = 1 + o.Key.Length;
                var key = length <= StackKeyBytesMax ? stack[..length] : new byte[length];
                key[0] = (byte)o.Area;
                o.Key.CopyTo(key[1..]);
                byKey[key] = left;
            }
        }

        foreach (var (key, left) in _left)
        {
            Add((KeyArea)key[0], key.AsSpan(1), left);
        }
    }

    private static bool Counts(in CommitOperation o) =>
        o.Tag.IsMutation() && (o.Area == KeyArea.Data || BlobKeys.IsChunk(o.Key));

    /// <summary>Bytes of the value that an operation leaves, -1 for none; null: no effect.</summary>
    private int? Leaves(in CommitOperation o)
    {
        switch (o.Tag)
        {
            case CommitTag.Delete:
                return -1;
            case CommitTag.DeleteIfRevision:
                return old.TryGetRevision(o.Area, o.Key, out var found) && found == o.Number
                    ? -1
                    : null;
            case CommitTag.Expire:
                return
                    old.TryGet(o.Area, o.Key, out var stored)
                    && stored.Revision == o.Number
                    && stored.HasExpired(old.StoreTimeMs)
                    ? -1
                    : null;
            default:
                return o.Value.Length;
        }
    }

    private void Add(KeyArea area, ReadOnlySpan<byte> key, int left)
    {
        var before = old.TryGet(area, key, out var found) ? key.Length + found.ValueBytes : 0;
        var after = left < 0 ? 0 : key.Length + left;
        var counted = area == KeyArea.Data ? (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0) : 0;
        _change = new Usage(_change.Keys + counted, _change.Bytes + after - before);
    }
}
