using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Moves;

namespace Waverless.Storage.Engine;

/// <summary>
/// A partition on this node: decides and writes groups of commits, one group at a time, and tells
/// watchers and the listener about them. The sequencer makes sure that only one thread is here.
/// </summary>
internal sealed class Partition
{
    private readonly EngineContext _context;
    private readonly CommitApplier _applier;
    private readonly RecordBatch _batch = new();
    private readonly SkippedOrdinals _skipped = new();
    private readonly ChangeLogTrimmer _trimmer;
    private PartitionState? _state;
    private volatile TouchedKeys? _touched;
    private volatile bool _isDeleted;

    /// <summary>Opens a partition that is known under a number on this node.</summary>
    public Partition(EngineContext context, PartitionId id, uint number, uint offset = 0)
    {
        _context = context;
        Id = id;
        Keys = new PartitionKeys(number);
        Identity = new PartitionIdentity(id, unchecked(context.Incarnation + offset));
        _applier = new CommitApplier(context.Keyspace, Keys, Identity, context.Limits.Kv, _batch);
        _trimmer = new ChangeLogTrimmer(context, Keys);
        Sequencer = new PartitionSequencer(this, context);
        var state = _state = PartitionState.Load(context.Keyspace, Keys);
        Progress = new PartitionProgress(
            state.LastRevision,
            state.ChangeLogFloor,
            state.StoreTimeMs
        )
        {
            Deferred = state.Deferred,
        };
    }

    /// <summary>Which partition.</summary>
    public PartitionId Id { get; }

    /// <summary>Its keys in the node's key space.</summary>
    public PartitionKeys Keys { get; }

    /// <summary>Names its revisions.</summary>
    public PartitionIdentity Identity { get; }

    /// <summary>How far it is, for readers on other threads.</summary>
    public PartitionProgress Progress { get; }

    /// <summary>Gives commits their turn.</summary>
    public PartitionSequencer Sequencer { get; }

    /// <summary>Decides and writes a single commit.</summary>
    public CommitResult CommitOne(Commit commit)
    {
        _applier.StartGroup();
        var decision = _applier.Apply(State(), commit, _skipped);
        if (decision.Outcome != ApplyOutcome.Applied)
        {
            return decision.Result;
        }

        Failpoints.Pass(Failpoint.CommitDecided);
        var outcome = Write();
        if (!outcome.IsWritten)
        {
            return Failed(outcome);
        }

        Failpoints.Pass(Failpoint.CommitWritten);
        _context.Metrics?.Grouped(1);
        Announce(decision.Result.Revision, commit, _skipped);
        Publish();
        Failpoints.Pass(Failpoint.CommitAnnounced);
        return decision.Result;
    }

    /// <summary>Decides a group in order, writes it and answers every caller.</summary>
    public void CommitGroup(List<PendingCommit> group)
    {
        _applier.StartGroup();
        var first = 0;
        for (var i = 0; i < group.Count; i++)
        {
            var pending = group[i];
            var decision = _applier.Apply(State(), pending.Commit, pending.Skipped);
            if (decision.Outcome == ApplyOutcome.WriteGroupFirst)
            {
                WriteGroup(group, first, i);
                first = i;
                _applier.StartGroup();
                decision = _applier.Apply(State(), pending.Commit, pending.Skipped);
            }

            pending.Decision = decision;
        }

        WriteGroup(group, first, group.Count);
    }

    /// <summary>Whether nothing is left of it.</summary>
    public bool IsDeleted => _isDeleted;

    /// <summary>
    /// Begins to note what is written, or ends it. The change log grows until it ends.
    /// </summary>
    public void Record(TouchedKeys? touched)
    {
        _touched = touched;
        Interlocked.MemoryBarrier();
    }

    /// <summary>Nothing is left of it: whoever watches ends.</summary>
    public void Deleted()
    {
        _isDeleted = true;
        Progress.Wake();
    }

    /// <summary>Drops what is in memory; the next commit loads it again.</summary>
    public void Forget() => _state = null;

    private PartitionState State() => _state ??= PartitionState.Load(_context.Keyspace, Keys);

    private void WriteGroup(List<PendingCommit> group, int first, int end)
    {
        var outcome = _batch.Count == 0 ? WriteOutcome.Written : Write();
        Failpoints.Pass(Failpoint.GroupWritten);
        _context.Metrics?.Grouped(end - first);
        for (var i = first; i < end; i++)
        {
            var pending = group[i];
            if (!outcome.IsWritten && pending.Decision.Result.Status != CommitStatus.Rejected)
            {
                // Also an answer without an effect may rest on a neighbour that was not written.
                pending.Decision = ApplyDecision.Answer(Failed(outcome));
            }
            else if (pending.Decision.Outcome == ApplyOutcome.Applied)
            {
                Announce(pending.Decision.Result.Revision, pending.Commit, pending.Skipped);
            }
        }

        Publish();
        for (var i = first; i < end; i++)
        {
            group[i].Answer(group[i].Decision.Result);
        }
    }

    private WriteOutcome Write()
    {
        var outcome = _context.Write(_batch);
        if (!outcome.IsWritten)
        {
            // What is in memory ran ahead of what is stored; the next commit loads it again.
            _state = null;
        }
        else
        {
            // Pairs with that of whoever records: either it is noted, or in what is read then.
            Interlocked.MemoryBarrier();
            _touched?.Note(_batch);
        }

        return outcome;
    }

    private static CommitResult Failed(WriteOutcome outcome) =>
        new(outcome.Status, default, -1, outcome.Rejection, outcome.Reason);

    private void Announce(Revision revision, Commit commit, SkippedOrdinals skipped)
    {
        if (commit.EventCount + commit.CompletionCount > 0 || commit.HasDeadlines)
        {
            _context.Listener.OnCommitted(Id, revision, commit, skipped.Ordinals);
        }
    }

    private void Publish()
    {
        if (_state is { } state)
        {
            Progress.Deferred = state.Deferred;
            Progress.Advance(state.LastRevision, state.StoreTimeMs);
            if (_touched is null)
            {
                _trimmer.TrimIfDue(state, Progress);
            }
        }
    }
}
