using System.Buffers.Binary;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>
/// Keeps the change log of a partition within its bound. It trims in large steps and off the
/// commit path; the floor rises before the records go, so that a reader never takes a gap for the
/// beginning.
/// </summary>
internal sealed class ChangeLogTrimmer(EngineContext context, PartitionKeys keys)
{
    private const int StepsPerLog = 8;

    private readonly int _kept = context.Limits.ChangeLogCommitsMax;
    private readonly int _step = Math.Max(1, context.Limits.ChangeLogCommitsMax / StepsPerLog);
    private int _running;
    private ulong? _trimmedTo;

    /// <summary>Trims if the log is a step over its bound. Called by the sequencer.</summary>
    public void TrimIfDue(PartitionState state, PartitionProgress progress)
    {
        if (
            state.LastRevision - state.ChangeLogFloor < (ulong)(_kept + _step)
            || Interlocked.CompareExchange(ref _running, 1, 0) != 0
        )
        {
            return;
        }

        StartTrim(state, progress);
    }

    // Apart from the check, so that a commit that trims nothing allocates no closure.
    private void StartTrim(PartitionState state, PartitionProgress progress)
    {
        var from = _trimmedTo ?? state.ChangeLogFloor;
        var floor = state.LastRevision - (ulong)_kept;
        state.ChangeLogFloor = floor;
        progress.Floor = floor;
        context.Work.Start(() => Trim(from, floor));
    }

    private void Trim(ulong from, ulong floor)
    {
        try
        {
            Span<byte> first = stackalloc byte[PartitionKeys.PrefixBytes + sizeof(ulong)];
            Span<byte> end = stackalloc byte[PartitionKeys.PrefixBytes + sizeof(ulong)];
            Span<byte> key = stackalloc byte[PartitionKeys.PrefixBytes];
            Span<byte> value = stackalloc byte[sizeof(ulong)];
            keys.ChangeLog(first, from + 1);
            keys.ChangeLog(end, floor + 1);
            keys.Prefix(key, KeySpace.ChangeLogFloor);
            BinaryPrimitives.WriteUInt64LittleEndian(value, floor);
            var batch = new RecordBatch();
            batch.Put(key, value);
            batch.DeleteRange(first, end);

            // What a failed write leaves goes with the next step.
            _trimmedTo = context.Keyspace.Write(batch, sync: false).IsWritten ? floor : from;
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
