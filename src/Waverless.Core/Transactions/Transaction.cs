using System.Buffers;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>
/// One run of an atomic function: reads from one state, buffered writes laid over it, and at the
/// end one commit that takes effect only if the reads would read the same again (SEMANTICS §3).
/// A single read needs no snapshot; the second one opens it and makes sure of the first.
/// </summary>
internal sealed class Transaction(FrontDoor door, FunctionCall call, IsolationMode isolation)
    : IDisposable
{
    private readonly ReadSet _reads = new(call.Invocation.Address);
    private IReadSnapshot? _snapshot;
    private (KvKey Key, ReadMark Mark)? _first;

    public AtomicBuffer Writes { get; } = new(call);

    /// <summary>Whether a commit could not succeed any more: the run has to begin anew.</summary>
    public bool IsConflicted { get; private set; }

    /// <summary>Whether there is anything to commit.</summary>
    public bool HasWrites => Writes.HasWrites;

    private PartitionId Home => call.Invocation.Home;

    private bool IsSerializable => isolation == IsolationMode.Serializable;

    private ReadOptions AtLeast =>
        new(
            call.Invocation.Window?.Pending.Max(item => item.Position.Revision)
                ?? call.Pending?.Position.Revision
                ?? call.Claim?.Position.Revision
                ?? 0
        );

    /// <summary>Reads a key of the home partition.</summary>
    public async ValueTask<KvRead> GetAsync(
        KvKey key,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        if (Writes.TryRead(key, into, out var own))
        {
            return own;
        }

        var read = await ReadAsync(key, into, ct);
        if (IsSerializable)
        {
            Note(key, ReadMark.OfRead(read.Found, read.Number));
        }

        return read;
    }

    /// <summary>Reads a page of the home partition; own writes are not in it yet.</summary>
    public async ValueTask<KvPage> ScanAsync(KvRange range, CancellationToken ct)
    {
        var snapshot = await SnapshotAsync(ct);
        var page = await snapshot.ScanAsync(range, KeyArea.Data, ct);
        if (!IsSerializable)
        {
            return page;
        }

        // Where the next page begins is something that the function learns: up to and with it.
        _reads.NoteRange(range.From, page.Next is { } next ? After(next) : range.To);
        foreach (var entry in page.Entries)
        {
            // The passing of its time is not among the changes of a range.
            if (entry.DeadlineMs != 0)
            {
                Note(entry.Key, new ReadMark(ReadKind.Revision, entry.Number));
            }
        }

        return page;
    }

    /// <summary>
    /// Decides a batch's conditions against the snapshot and the own writes; what remains is what
    /// it writes. A condition that holds now is checked again at the commit.
    /// </summary>
    /// <returns>Which condition failed; -1 if none did.</returns>
    public async ValueTask<(int Failed, Commit Writes)> DecideAsync(
        Commit batch,
        CancellationToken ct
    )
    {
        Writes.Check(batch, door);
        if (!batch.ReadsBeforeWrite)
        {
            return (-1, batch);
        }

        var deletes = new Queue<bool>();
        var condition = 0;
        foreach (var step in BatchStep.Of(batch))
        {
            var holds = await HoldsAsync(step, ct);
            if (step.Tag == CommitTag.DeleteIfRevision)
            {
                deletes.Enqueue(holds);
            }
            else if (!holds)
            {
                return (condition, batch);
            }
            else
            {
                condition++;
            }
        }

        return (-1, BatchStep.WritesOf(batch, deletes));
    }

    /// <summary>The commit of the run.</summary>
    public async ValueTask<Commit> CompleteAsync(CancellationToken ct)
    {
        var commit = Writes.Complete();
        if (!IsSerializable)
        {
            await NoteWrittenAsync(ct);
        }

        _reads.AppendTo(commit, _snapshot?.Number ?? 0);
        return commit;
    }

    /// <summary>What was read is not so any more; nothing of this run can be committed.</summary>
    public InvocationRefusedException MeetConflict()
    {
        IsConflicted = true;
        return new InvocationRefusedException(
            InvocationStatus.Conflict,
            $"What '{call.Invocation.Address}' had read was changed by others."
        );
    }

    public void Dispose()
    {
        _snapshot?.Dispose();
        _snapshot = null;
    }

    /// <summary>
    /// With <c>isolation: snapshot</c> the first of two writers of a key wins; nothing else is
    /// checked.
    /// </summary>
    private async ValueTask NoteWrittenAsync(CancellationToken ct)
    {
        if (_snapshot is null)
        {
            if (_first is { } first && Writes.Wrote(first.Key) is not null)
            {
                _reads.NoteWritten(first.Key, first.Mark);
            }

            return;
        }

        foreach (var key in Writes.WrittenKeys)
        {
            var read = await ReadAsync(key, new DiscardedBytes(), ct);
            _reads.NoteWritten(key, ReadMark.OfRead(read.Found, read.Number));
        }
    }

    private async ValueTask<bool> HoldsAsync(BatchStep step, CancellationToken ct)
    {
        if (Writes.Wrote(step.Key) is { } isPresent)
        {
            return step.Tag switch
            {
                CommitTag.RequireAbsent => !isPresent,
                CommitTag.RequirePresent => isPresent,
                _ => isPresent && step.Number == 0,
            };
        }

        var read = await ReadAsync(step.Key, new DiscardedBytes(), ct);
        var holds = step.Tag switch
        {
            CommitTag.RequireAbsent => !read.Found,
            CommitTag.RequirePresent => read.Found,
            _ => read.Found && read.Number == step.Number,
        };
        if (holds || IsSerializable)
        {
            var mark = ReadMark.OfRead(read.Found, read.Number);
            var isOfPresence = step.Tag is CommitTag.RequirePresent or CommitTag.RequireAbsent;
            Note(step.Key, isOfPresence && read.Found ? new ReadMark(ReadKind.Present, 0) : mark);
        }

        return holds;
    }

    private async ValueTask<KvRead> ReadAsync(
        KvKey key,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        if (_snapshot is not null || _first is not null)
        {
            var snapshot = await SnapshotAsync(ct);
            return await snapshot.GetAsync(key, KeyArea.Data, into, ct);
        }

        var copy = new KvKey(key.Span.ToArray());
        var read = await door.Engine.GetAsync(Home, copy, AtLeast, into, ct);
        _first = (copy, ReadMark.OfRead(read.Found, read.Number));
        return read;
    }

    private async ValueTask<IReadSnapshot> SnapshotAsync(CancellationToken ct)
    {
        if (_snapshot is { } present)
        {
            return present;
        }

        _snapshot = await door.Engine.SnapshotAsync(Home, AtLeast, ct);
        if (_first is { } first)
        {
            var discarded = new DiscardedBytes();
            var again = await _snapshot.GetAsync(first.Key, KeyArea.Data, discarded, ct);
            if (ReadMark.OfRead(again.Found, again.Number) != first.Mark)
            {
                throw MeetConflict();
            }
        }

        return _snapshot;
    }

    private void Note(KvKey key, ReadMark mark)
    {
        // A key that no write may have is absent for good.
        if (key.Span.Length > 0 && key.Span.Length <= door.Limits.KeyBytesMax)
        {
            _reads.Note(key, mark);
        }
    }

    private static KvKey After(KvKey key) => new((byte[])[.. key.Span, 0]);
}
