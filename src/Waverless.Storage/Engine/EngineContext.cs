using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Events;
using Waverless.Storage.Diagnostics;
using Waverless.Storage.Keyspaces;
using Log = Waverless.Storage.Diagnostics.Log;

namespace Waverless.Storage.Engine;

/// <summary>What the partitions of an engine share.</summary>
internal sealed class EngineContext
{
    private volatile StorageHealth _health;
    private volatile bool _triggersPaused;

    /// <summary>Where everything is kept.</summary>
    public required IKeyspace Keyspace { get; init; }

    /// <summary>Bounds.</summary>
    public required StorageLimits Limits { get; init; }

    /// <summary>Hears of events.</summary>
    public required ICommitListener Listener { get; init; }

    /// <summary>The clock by which reads tell what has expired.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Life of the data.</summary>
    public required uint Incarnation { get; init; }

    /// <summary>Measures; null: nobody wants to know.</summary>
    public StorageMetrics? Metrics { get; init; }

    /// <summary>Hears of changes of health.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Whether commits are forced to the disk.</summary>
    public required bool Sync { get; init; }

    /// <summary>Starts work off the commit path.</summary>
    public required Action<Action> Background
    {
        init => Work = new BackgroundWork(value);
    }

    /// <summary>Work off the commit path.</summary>
    public BackgroundWork Work { get; private init; } = null!;

    /// <summary>Whether no event may be begun, as it is stored.</summary>
    public bool TriggersPaused
    {
        get => _triggersPaused;
        set => _triggersPaused = value;
    }

    /// <summary>Whether writes are taken.</summary>
    public StorageHealth Health => _health;

    /// <summary>Writes a group; the outcome decides the engine's health.</summary>
    public WriteOutcome Write(RecordBatch batch)
    {
        if (_health == StorageHealth.Stopped)
        {
            return new WriteOutcome(
                Kv.CommitStatus.Rejected,
                Kv.CommitRejection.StorageFailed,
                "storage: stopped after a disk failure; open it again"
            );
        }

        var began = Metrics?.Begin() ?? 0;
        var outcome = Keyspace.Write(batch, Sync);
        Metrics?.Wrote(began, batch.Bytes, outcome.IsWritten);
        if (!outcome.IsWritten || _health == StorageHealth.Full)
        {
            ChangeHealth(outcome);
        }

        return outcome;
    }

    /// <summary>Writes what is no commit.</summary>
    /// <exception cref="Kv.StorageException">The disk refused.</exception>
    public void Demand(RecordBatch batch, bool sync)
    {
        var outcome = Keyspace.Write(batch, sync);
        if (!outcome.IsWritten)
        {
            throw new Kv.StorageException(
                outcome.Rejection == Kv.CommitRejection.Closed
                    ? Kv.StorageError.Closed
                    : Kv.StorageError.Failed,
                outcome.Reason ?? "storage: writing failed"
            );
        }
    }

    private void ChangeHealth(in WriteOutcome outcome)
    {
        var before = _health;
        if (outcome.IsWritten)
        {
            _health = StorageHealth.Serving;
            Log.Serving(Logger);
        }
        else if (outcome.Rejection == Kv.CommitRejection.StorageFull)
        {
            _health = StorageHealth.Full;
            if (before == StorageHealth.Serving)
            {
                Log.Full(Logger, outcome.Reason);
            }
        }
        else if (outcome.Rejection == Kv.CommitRejection.StorageFailed)
        {
            _health = StorageHealth.Stopped;
            Log.Stopped(Logger, outcome.Reason);
        }
    }
}
