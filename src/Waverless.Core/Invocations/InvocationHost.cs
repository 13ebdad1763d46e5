using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Kv.Messages;
using Waverless.Locks;
using Waverless.Scheduling;
using Waverless.Transactions;

namespace Waverless.Invocations;

/// <summary>The host of one invocation at a time; closed between two.</summary>
internal sealed partial class InvocationHost(FunctionRunner runner) : IInvocationHost, ITakesTurns
{
    private const int LogMessageCharsMax = 8 * 1024;
    private const int LogCharsMax = 1024 * 1024;

    private readonly HeldLocks _locks = new(runner);
    private FunctionCall _call;
    private DeployedFunction? _function;
    private Transaction? _transaction;
    private bool _isAtomic;
    private CallLog? _calls;
    private OwnKey _ownKey;
    private HostTraffic _traffic;

    // Which event of a window the own key is of.
    private int _begun;
    private TraceRef _trace;
    private int _loggedChars;

    public FunctionRunner Runner => runner;

    public DeployedFunction Function => _function ?? throw Closed();

    public Invocation Call => _call.Invocation;

    /// <summary>Whether the guest's thread had to wait for something.</summary>
    public bool HasWaited { get; private set; }

    /// <summary>What went between the function and its partition.</summary>
    public ref readonly HostTraffic Traffic => ref _traffic;

    public void TakeTurns() => runner.Waiter.TakeTurns();

    public void Open(
        DeployedFunction function,
        FunctionCall call,
        Activity? activity,
        HostTraffic traffic
    )
    {
        _traffic = traffic;
        _call = call;
        _trace = activity is null ? call.Invocation.Trace : TraceRef.From(activity.Context);
        _ownKey = new OwnKey(call.Invocation.Event, call.Invocation.EventId);
        _begun = EventWindow.Common;
        _loggedChars = 0;
        var isAtomic = function.Commit == CommitMode.Atomic;
        _locks.Open(isAtomic);
        HasWaited = false;
        _transaction = null;
        _isAtomic = isAtomic;
        _calls = call.Rerun?.Calls;
        _calls?.Rewind();
        _function = function;
    }

    public void Close()
    {
        CloseBlobs();
        _function = null;
        _transaction?.Dispose();
        _transaction = null;
        _calls = null;
        _call = default;
    }

    public ValueTask<KvRead> GetAsync(KvKey key, IBufferWriter<byte> into, CancellationToken ct)
    {
        var function = Function;
        Demand(function, key.Span, KeyOperations.Get);
        var door = runner.Door;
        var (partition, local) = door.Locate(function.Address.App, key);
        if (_isAtomic && partition == Call.Home)
        {
            return GetLaterAsync(Begun(function).GetAsync(local, into, ct), key);
        }

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
        _traffic.Read(read.Length);
        _ownKey.Read(key.Span, read.Number);
        return new ValueTask<KvRead>(read);
    }

    public async ValueTask<KvPage> ScanAsync(KvRange range, CancellationToken ct)
    {
        var function = Function;
        Demand(function.Capabilities.CheckScan(range.From.Span, range.To.Span));

        var scan = new QualifiedScan(runner.Door, Call.Home, range);
        var isOfHome = scan.Partition == Call.Home;
        var transaction = _isAtomic && isOfHome ? Begun(function) : null;
        KvPage page;
        try
        {
            page = transaction is null
                ? await runner.Door.Engine.ScanAsync(scan.Partition, scan.Range, default, ct)
                : await transaction.ScanAsync(scan.Range, ct);
        }
        catch (StorageException failure)
        {
            throw Refused(failure);
        }

        _traffic.Read(page);
        page = scan.Qualify(page);
        var entries = page.Entries.Where(entry => MayRead(function, entry)).ToList();
        return transaction?.Writes.Merge(entries, range, page.Next)
            ?? new KvPage(entries, page.Next);
    }

    public ValueTask<CommitResult> CommitAsync(KvBatch batch, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var function = Function;
        var reachesOther = Demand(function, batch.Commit);
        var buffered = _transaction?.Writes.Messages.Count ?? 0;
        OutgoingMessages.Demand(runner.Door.Catalog, function, batch, buffered);
        if (_isAtomic)
        {
            return BufferAsync(Begun(function), batch, ct);
        }

        var commit = _ownKey.Guard(batch.Commit, isOneCommit: false);
        ThrowIfLockLost();
        var conditions = commit.ConditionCount;
        var mark = commit.Mark();
        var app = function.Address.App;
        var local = commit;
        if (
            reachesOther
            && SharedWrites.Localize(runner.Door, app, batch, commit, out local, out app)
                is { } refused
        )
        {
            return new ValueTask<CommitResult>(Admitted(refused, commit, conditions));
        }

        _traffic.Wrote(commit);
        PartitionId? home = batch.Timers is { Count: > 0 } ? Call.Home : null;
        ValueTask<CommitResult> committing;
        try
        {
            var origin = Origin(function) with { Messages = batch.Messages, Timers = batch.Timers };
            local.GuestThreads = runner.Waiter.Own;
            committing = runner.Door.CommitAsync(app, home, local, origin, ct);
        }
        catch (StorageException failure)
        {
            commit.ResetTo(mark);
            throw Refused(failure);
        }

        if (!committing.IsCompletedSuccessfully)
        {
            return CommitLaterAsync(committing, commit, mark, conditions);
        }

        commit.ResetTo(mark);
        return new ValueTask<CommitResult>(Admitted(committing.Result, commit, conditions));
    }

    public ValueTask<LockGrant> LockAsync(KvKey key, LockMode mode, CancellationToken ct)
    {
        var function = Function;
        var needed = mode == LockMode.Write ? KeyOperations.Set : KeyOperations.Get;
        Demand(function, key.Span, needed);
        var (partition, local) = runner.Door.Locate(function.Address.App, key);
        if (_isAtomic && partition != Call.Home)
        {
            throw new InvocationRefusedException(
                InvocationStatus.PermissionDenied,
                $"'{function.Address}' commits in {Call.Home} and locks '{key}' in {partition}; "
                    + "expected a key of the same partition, or 'commit: immediate'."
            );
        }

        var name = new LockName(partition, new KvKey(local.Span.ToArray()));
        return _locks.AcquireAsync(name, mode, _call, ct);
    }

    public bool Unlock(int lockId) => _locks.Release(lockId);

    public ValueTask<InvocationResult> CallAsync(
        FunctionAddress function,
        Payload payload,
        string? idempotencyKey,
        CancellationToken ct
    )
    {
        Function.Profile?.SetOff(
            FrozenHash.Of(function.App, function.Function),
            FrozenHash.Of(function.App),
            _traffic.MicrosSince(runner.Time)
        );
        if (!_isAtomic)
        {
            var invoker = runner.Invoker ?? throw new UnreachableException("There is no invoker.");
            return invoker.CallAsync(
                Caller.Of(Call),
                function,
                payload,
                idempotencyKey,
                _trace,
                null,
                ct
            );
        }

        _calls ??= new CallLog(Call);
        var recorder = new CallRecorder(runner, Call, _calls);
        return recorder.CallAsync(function, payload, idempotencyKey, _trace, _call.Rerun?.Turn, ct);
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

    private async ValueTask<KvRead> GetLaterAsync(ValueTask<KvRead> reading, KvKey key)
    {
        try
        {
            var read = await reading;
            _traffic.Read(read.Length);
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
        CommitMark mark,
        int conditions
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

        return Admitted(result, commit, conditions);
    }

    private async ValueTask<CommitResult> BufferAsync(
        Transaction transaction,
        KvBatch batch,
        CancellationToken ct
    )
    {
        try
        {
            var (failed, writes) = await transaction.DecideAsync(batch.Commit, ct);
            if (failed >= 0)
            {
                return CommitResult.ConditionFailed(failed);
            }

            var guarded = _ownKey.Guard(writes, isOneCommit: true);
            return Buffer(transaction, guarded, batch);
        }
        catch (StorageException failure)
        {
            throw Refused(failure);
        }
    }

    private CommitResult Buffer(Transaction transaction, Commit writes, KvBatch batch)
    {
        var mark = writes.Mark();
        try
        {
            if (runner.Door.AddTimers(Function.Address.App, batch.Timers, writes) is { } refused)
            {
                return Admitted(refused, writes, conditions: 0);
            }

            transaction.Writes.Add(writes, batch.Messages);
            return CommitResult.Committed(default);
        }
        finally
        {
            // The batch is the caller's, who may commit it again.
            writes.ResetTo(mark);
        }
    }

    private CommitResult Admitted(in CommitResult result, Commit commit, int conditions)
    {
        if (result.IsCommitted)
        {
            _ownKey.Committed(commit, result.Revision.Number);
        }
        else if (result.Status == CommitStatus.ConditionFailed)
        {
            if (result.FailedCondition >= conditions)
            {
                throw LockLost();
            }
        }
        else
        {
            throw new InvocationRefusedException(
                CommitFailures.StatusOf(result),
                result.Reason ?? "The commit has no answer; it may have taken effect."
            );
        }

        return result;
    }

    private static InvocationRefusedException Refused(StorageException failure) =>
        new(
            failure.Error == StorageError.Unavailable
                ? InvocationStatus.Unavailable
                : InvocationStatus.StorageFailed,
            failure.Message
        );

    private static ObjectDisposedException Closed() =>
        new(nameof(IInvocationHost), "The invocation has ended; its host cannot be used any more.");

    private bool MayRead(DeployedFunction function, in KvEntry entry) =>
        function.Capabilities.Check(entry.Key.Span, KeyOperations.Get, _ownKey.Key.Span).Allowed;

    /// <summary>Made with the first read or write: some invocations make none.</summary>
    private Transaction Begun(DeployedFunction function) =>
        _transaction ??= new Transaction(runner.Door, _call, function.Manifest.Isolation);

    private CommitOrigin Origin(DeployedFunction function) =>
        new(function, Call.Cascade, _trace)
        {
            AfterMicros = _traffic.MicrosSince(runner.Time),
            IsTransaction = _isAtomic,
            Guard = _locks.IsEmpty ? null : _locks,
        };

    private void ThrowIfLockLost()
    {
        if (_locks.FindLost() is not null)
        {
            throw LockLost();
        }
    }

    private InvocationRefusedException LockLost()
    {
        var key = _locks.FindLost()?.Name.Key.ToString();
        return new InvocationRefusedException(
            InvocationStatus.LockLost,
            $"'{Call.Address}' lost {(key is null ? "a lock" : $"the lock of '{key}'")} before "
                + "its commit; nothing of the commit was written."
        );
    }

    /// <summary>Throws for what is not declared; true: some keys are another app's.</summary>
    private bool Demand(DeployedFunction function, Commit commit)
    {
        var reachesOther = false;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Area == KeyArea.System)
            {
                continue;
            }

            var needed = operation.Tag switch
            {
                CommitTag.Put or CommitTag.PutFor or CommitTag.PutUntil => KeyOperations.Set,
                CommitTag.Delete or CommitTag.DeleteIfRevision => KeyOperations.Delete,
                _ => KeyOperations.Get,
            };
            Demand(function, operation.Key, needed);
            if (!SharedWrites.IsOfOther(operation.Key))
            {
                continue;
            }

            reachesOther = true;
            if (_isAtomic)
            {
                var why = SharedWrites.Refusal(runner.Door, Call, operation.Key);
                Demand(CapabilityCheck.Denied(why));
            }
        }

        return reachesOther;
    }

    private void Demand(DeployedFunction function, ReadOnlySpan<byte> key, KeyOperations operation)
    {
        if (Call.Window is { } window && window.Current != _begun)
        {
            _begun = window.Current;
            var begun = window.Pending[_begun];
            _ownKey = new OwnKey(begun.Record, begun.Id);
        }

        Demand(function.Capabilities.Check(key, operation, _ownKey.Key.Span));
    }

    private static void Demand(in CapabilityCheck check)
    {
        if (!check.Allowed)
        {
            throw new InvocationRefusedException(InvocationStatus.PermissionDenied, check.Denial);
        }
    }
}
