using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Kv.Messages;

namespace Waverless.Invocations;

/// <summary>The host of one invocation at a time; closed between two.</summary>
internal sealed class InvocationHost(FunctionRunner runner) : IInvocationHost, ITakesTurns
{
    private const int LogMessageCharsMax = 8 * 1024;
    private const int LogCharsMax = 1024 * 1024;

    private readonly HeldLocks _locks = new(runner);
    private FunctionCall _call;
    private DeployedFunction? _function;
    private AtomicBuffer? _atomic;
    private OwnKey _ownKey;
    private TraceRef _trace;
    private int _loggedChars;

    public FunctionRunner Runner => runner;

    public DeployedFunction Function => _function ?? throw Closed();

    public Invocation Call => _call.Invocation;

    /// <summary>Whether the guest's thread had to wait for something.</summary>
    public bool HasWaited { get; private set; }

    public void TakeTurns() => runner.Waiter.TakeTurns();

    public void Open(DeployedFunction function, FunctionCall call, Activity? activity)
    {
        _call = call;
        _trace = activity is null ? call.Invocation.Trace : TraceRef.From(activity.Context);
        _ownKey = new OwnKey(call.Invocation);
        _loggedChars = 0;
        _locks.Open();
        HasWaited = false;
        _atomic = function.Commit == CommitMode.Atomic ? new AtomicBuffer(call) : null;
        _function = function;
    }

    public void Close()
    {
        _function = null;
        _atomic = null;
        _call = default;
    }

    public ValueTask<KvRead> GetAsync(KvKey key, IBufferWriter<byte> into, CancellationToken ct)
    {
        var function = Function;
        Demand(function, key.Span, KeyOperations.Get);
        if (_atomic is { } atomic && atomic.TryRead(key, into, out var own))
        {
            return new ValueTask<KvRead>(own);
        }

        var door = runner.Door;
        var (partition, local) = door.Locate(function.Address.App, key);
        ValueTask<KvRead> reading;
        try
        {
            reading = door.Engine.GetAsync(partition, local, default, into, ct);
        }
        catch (StorageException failure)
        {
            throw Refused(failure);
        }

        if (!reading.IsCompletedSuccessfully)
        {
            return GetLaterAsync(reading, key);
        }

        var read = reading.Result;
        _ownKey.Read(key.Span, read.Number);
        return new ValueTask<KvRead>(read);
    }

    public async ValueTask<KvPage> ScanAsync(KvRange range, CancellationToken ct)
    {
        var function = Function;
        Demand(function.Capabilities.CheckScan(range.From.Span, range.To.Span));

        var scan = new QualifiedScan(runner.Door, Call.Home, range);
        KvPage page;
        try
        {
            var engine = runner.Door.Engine;
            page = scan.Qualify(await engine.ScanAsync(scan.Partition, scan.Range, default, ct));
        }
        catch (StorageException failure)
        {
            throw Refused(failure);
        }

        var entries = page.Entries.Where(entry => MayRead(function, entry)).ToList();
        return new KvPage(_atomic?.Merge(entries, range, page.Next) ?? entries, page.Next);
    }

    public ValueTask<CommitResult> CommitAsync(KvBatch batch, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var function = Function;
        Demand(function, batch.Commit);
        OutgoingMessages.Demand(runner.Door.Catalog, function, batch, _atomic?.Messages.Count ?? 0);
        var commit = _ownKey.Guard(batch.Commit, isOneCommit: _atomic is not null);
        var mark = commit.Mark();
        var app = function.Address.App;
        if (_atomic is { } atomic)
        {
            try
            {
                return runner.Door.AddTimers(app, batch.Timers, commit) is { } refused
                    ? new ValueTask<CommitResult>(Admitted(refused, commit))
                    : new ValueTask<CommitResult>(atomic.Add(commit, batch.Messages, runner.Door));
            }
            finally
            {
                commit.ResetTo(mark);
            }
        }

        PartitionId? home = batch.Timers is { Count: > 0 } ? Call.Home : null;
        ValueTask<CommitResult> committing;
        try
        {
            var origin = Origin(function) with { Messages = batch.Messages, Timers = batch.Timers };
            committing = runner.Door.CommitAsync(app, home, commit, origin, ct);
        }
        catch (StorageException failure)
        {
            commit.ResetTo(mark);
            throw Refused(failure);
        }

        if (!committing.IsCompletedSuccessfully)
        {
            return CommitLaterAsync(committing, commit, mark);
        }

        commit.ResetTo(mark);
        return new ValueTask<CommitResult>(Admitted(committing.Result, commit));
    }

    public ValueTask<int> LockAsync(KvKey key, CancellationToken ct)
    {
        var function = Function;
        Demand(function, key.Span, KeyOperations.Set);
        return _locks.AcquireAsync(function.Address.App, key, Call.Deadline, ct);
    }

    public bool Unlock(int lockId) => _locks.Release(lockId);

    public ValueTask<InvocationResult> CallAsync(
        FunctionAddress function,
        Payload payload,
        string? idempotencyKey,
        CancellationToken ct
    )
    {
        _ = Function;
        var invoker = runner.Invoker ?? throw new UnreachableException("The node has no invoker.");
        return invoker.CallAsync(Call, function, payload, idempotencyKey, _trace, ct);
    }

    [SuppressMessage("Performance", "CA1873", Justification = "The message is already there.")]
    [SuppressMessage("Usage", "CA2254", Justification = "The message is the function's own text.")]
    public void Log(LogLevel level, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var logger = runner.LoggerOf(Function.Address);
        if (!logger.IsEnabled(level) || _loggedChars >= LogCharsMax)
        {
            return;
        }

        var text = message.Length <= LogMessageCharsMax ? message : message[..LogMessageCharsMax];
        _loggedChars += text.Length;
        Invocations.Log.Function(logger, level, Call.Id, text);
    }

    public T Wait<T>(ValueTask<T> call)
    {
        HasWaited |= !call.IsCompleted;
        return runner.Waiter.Wait(call);
    }

    /// <summary>Ends the invocation: commits what was buffered, then releases locks.</summary>
    public ValueTask<FunctionOutcome> FinishAsync(InvocationResult result)
    {
        var once = Call.Idempotency is not null;
        if (_atomic is not { } atomic || !(atomic.HasWrites || once) || !result.IsCompleted)
        {
            _locks.ReleaseAll();
            var named = result.IsCompleted ? result : result.Naming(Call.Address);
            return new ValueTask<FunctionOutcome>(new FunctionOutcome(named, false));
        }

        return CommitAtomicAsync(atomic, result);
    }

    private async ValueTask<FunctionOutcome> CommitAtomicAsync(
        AtomicBuffer atomic,
        InvocationResult result
    )
    {
        var function = Function;
        Failpoints.Pass(Failpoint.AtomicRan);
        try
        {
            var commit = atomic.Complete();
            Call.Idempotency?.AddTo(commit, result, runner.Door.Limits);
            var committed = await runner.Door.CommitAsync(
                function.Address.App,
                Call.Home,
                commit,
                Origin(function) with
                {
                    Messages = atomic.Messages,
                },
                CancellationToken.None
            );
            Failpoints.Pass(Failpoint.AtomicCommitted);
            return committed.IsCommitted
                ? new FunctionOutcome(result, true)
                : new FunctionOutcome(CommitFailures.ToResult(committed, Call.Address), false);
        }
        catch (StorageException failure)
        {
            var failed = InvocationResult.Fail(InvocationStatus.StorageFailed, failure.Message);
            return new FunctionOutcome(failed, false);
        }
        finally
        {
            // Not before the commit: who takes the lock next must see what was written under it.
            _locks.ReleaseAll();
        }
    }

    private async ValueTask<KvRead> GetLaterAsync(ValueTask<KvRead> reading, KvKey key)
    {
        try
        {
            var read = await reading;
            _ownKey.Read(key.Span, read.Number);
            return read;
        }
        catch (StorageException failure)
        {
            throw Refused(failure);
        }
    }

    private async ValueTask<CommitResult> CommitLaterAsync(
        ValueTask<CommitResult> committing,
        Commit commit,
        CommitMark mark
    )
    {
        CommitResult result;
        try
        {
            result = await committing;
        }
        catch (StorageException failure)
        {
            throw Refused(failure);
        }
        finally
        {
            commit.ResetTo(mark);
        }

        return Admitted(result, commit);
    }

    private CommitResult Admitted(in CommitResult result, Commit commit)
    {
        if (result.IsCommitted)
        {
            _ownKey.Committed(commit, result.Revision.Number);
        }
        else if (result.Status != CommitStatus.ConditionFailed)
        {
            throw new InvocationRefusedException(
                CommitFailures.StatusOf(result),
                result.Reason ?? "The commit has no answer; it may have taken effect."
            );
        }

        return result;
    }

    private static InvocationRefusedException Refused(StorageException failure) =>
        new(InvocationStatus.StorageFailed, failure.Message);

    private static ObjectDisposedException Closed() =>
        new(nameof(IInvocationHost), "The invocation has ended; its host cannot be used any more.");

    private bool MayRead(DeployedFunction function, in KvEntry entry) =>
        function.Capabilities.Check(entry.Key.Span, KeyOperations.Get, _ownKey.Key.Span).Allowed;

    private CommitOrigin Origin(DeployedFunction function) => new(function, Call.Cascade, _trace);

    private void Demand(DeployedFunction function, Commit commit)
    {
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            var needed = operation.Tag switch
            {
                CommitTag.Put or CommitTag.PutFor or CommitTag.PutUntil => KeyOperations.Set,
                CommitTag.Delete or CommitTag.DeleteIfRevision => KeyOperations.Delete,
                _ => KeyOperations.Get,
            };
            Demand(function, operation.Key, needed);
            if (operation.Key.StartsWith("@"u8))
            {
                Demand(CapabilityCheck.Denied(KvRefusal.OtherApp(operation.Key, function)));
            }
        }
    }

    private void Demand(
        DeployedFunction function,
        ReadOnlySpan<byte> key,
        KeyOperations operation
    ) => Demand(function.Capabilities.Check(key, operation, _ownKey.Key.Span));

    private static void Demand(in CapabilityCheck check)
    {
        if (!check.Allowed)
        {
            throw new InvocationRefusedException(InvocationStatus.PermissionDenied, check.Denial);
        }
    }
}
