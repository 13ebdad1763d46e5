using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>
/// What a run has read: at its commit this becomes conditions, so that it takes effect only if it
/// would read the same again (SEMANTICS §3).
/// </summary>
internal sealed class ReadSet(FunctionAddress function)
{
    private readonly List<(KvKey From, KvKey To)> _ranges = [];

    // Made with the second key: most runs read one.
    private Dictionary<KvKey, ReadMark>? _marks;
    private (KvKey Key, ReadMark Mark)? _only;

    private Dictionary<KvKey, ReadMark> Marks
    {
        get
        {
            if (_marks is null)
            {
                _marks = [];
                if (_only is { } only)
                {
                    _marks.Add(only.Key, only.Mark);
                }
            }

            return _marks;
        }
    }

    /// <summary>Notes what a read or a condition has told of a key.</summary>
    /// <exception cref="InvocationRefusedException">Too many.</exception>
    public void Note(KvKey key, ReadMark mark)
    {
        if (_marks is null && _only is null)
        {
            // The caller's key may be in memory that it uses again.
            _only = (new KvKey(key.Span.ToArray()), mark);
            return;
        }

        if (Marks.TryGetValue(key, out var known))
        {
            // Knowing the value is knowing that there is one.
            if (known.Kind == ReadKind.Present)
            {
                Marks[key] = mark;
            }

            return;
        }

        if (Marks.Count == TransactionLimits.ReadsMax)
        {
            throw TooMany($"{TransactionLimits.ReadsMax} keys");
        }

        Marks.Add(new KvKey(key.Span.ToArray()), mark);
    }

    /// <summary>Notes what is known of a key that is written: writes have their own bound.</summary>
    public void NoteWritten(KvKey key, ReadMark mark) => Marks.TryAdd(key, mark);

    /// <summary>Notes that all keys of [from, to) were looked at; an empty end has no end.</summary>
    /// <exception cref="InvocationRefusedException">Too many.</exception>
    public void NoteRange(KvKey from, KvKey to)
    {
        for (var i = 0; i < _ranges.Count; i++)
        {
            var (knownFrom, knownTo) = _ranges[i];
            if (IsAtOrAfter(from, knownFrom) && IsInside(from, knownTo))
            {
                _ranges[i] = (knownFrom, Later(knownTo, to));
                return;
            }
        }

        if (_ranges.Count == TransactionLimits.RangesMax)
        {
            throw TooMany($"{TransactionLimits.RangesMax} ranges");
        }

        _ranges.Add((new KvKey(from.Span.ToArray()), new KvKey(to.Span.ToArray())));
    }

    /// <summary>Appends the conditions; ranges are those of a snapshot of that number.</summary>
    public void AppendTo(Commit commit, ulong snapshot)
    {
        if (_marks is null && _only is { } only)
        {
            Append(commit, only.Key, only.Mark);
        }

        foreach (var (key, mark) in _marks ?? [])
        {
            Append(commit, key, mark);
        }

        foreach (var (from, to) in _ranges)
        {
            commit.RequireRangeUnchanged(from.Span, to.Span, snapshot);
        }
    }

    /// <summary>Appends the condition for one key.</summary>
    private static void Append(Commit commit, KvKey key, ReadMark mark)
    {
        switch (mark.Kind)
        {
            case ReadKind.Revision:
                commit.RequireRevision(key.Span, mark.Number);
                break;
            case ReadKind.Absent:
                commit.RequireAbsent(key.Span);
                break;
            default:
                commit.RequirePresent(key.Span);
                break;
        }
    }

    private InvocationRefusedException TooMany(string bound) =>
        new(
            InvocationStatus.TooManyReads,
            $"'{function}' reads more than {bound} in one run; expected fewer, or "
                + "'isolation: snapshot'."
        );

    private static bool IsAtOrAfter(KvKey key, KvKey from) =>
        KeyOrder.Instance.Compare(key, from) >= 0;

    /// <summary>Whether a range that begins there overlaps or continues one with that end.</summary>
    private static bool IsInside(KvKey from, KvKey end) =>
        end.Utf8.IsEmpty || KeyOrder.Instance.Compare(from, end) <= 0;

    private static KvKey Later(KvKey known, KvKey end) =>
        known.Utf8.IsEmpty || end.Utf8.IsEmpty ? default
        : KeyOrder.Instance.Compare(known, end) >= 0 ? known
        : new KvKey(end.Span.ToArray());
}
