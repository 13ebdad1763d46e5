using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime.Managed;
using EventId = Waverless.Events.EventId;

namespace Waverless.Runtime;

/// <summary>
/// What a .NET function sees of its invocation, and its only way to keys, locks and other
/// functions. A parameter of this type receives it.
/// </summary>
/// <remarks>
/// <para>
/// Not thread-safe: one call of the platform at a time, the next when it has completed; a second
/// one meanwhile throws <see cref="InvalidOperationException"/>. So does every call after the
/// invocation has ended, also if its deadline ended it while the function goes on.
/// </para>
/// <para>
/// What the function's manifest does not declare is refused with
/// <see cref="InvocationRefusedException"/>, whose status becomes the invocation's unless the
/// function handles it. Unless the function declares <c>Commit(CommitMode.Immediate)</c>, what it
/// writes is buffered, is read back by its own reads, and commits when it returns; if it throws,
/// nothing of it is kept.
/// </para>
/// </remarks>
public sealed class FunctionContext
{
    private readonly ManagedEnvironment environment;
    private readonly Invocation call;
    private readonly IInvocationHost host;
    private readonly CancellationToken caller;
    private CallGate gate;
    private DeadlineSource? deadline;
    private IServiceScope? scope;
    private KvBatch? batch;
    private bool isReleased;

    internal FunctionContext(
        ManagedEnvironment environment,
        Invocation call,
        IInvocationHost host,
        CancellationToken caller
    )
    {
        this.environment = environment;
        this.call = call;
        this.host = host;
        this.caller = caller;
        Payload = call.Payload;
    }

    /// <summary>The function.</summary>
    public FunctionAddress Address => call.Address;

    /// <summary>What started the invocation.</summary>
    public TriggerKind Trigger => call.Trigger;

    /// <summary>The key that was written or deleted; null unless a key event started it.</summary>
    public KvKey? Key =>
        !call.Trigger.IsOfKey() ? default(KvKey?)
        : call.Event is { } cause ? new KvKey(cause.Key)
        : new KvKey(call.Payload.Bytes.ToArray());

    /// <summary>Stable identity of the event that started it, in all attempts; or null.</summary>
    public EventId? EventId => call.Event is null ? null : call.EventId;

    /// <summary>1 for the first attempt; more when earlier ones of the same event failed.</summary>
    public int Attempt => call.Attempt;

    /// <summary>
    /// What goes in: the HTTP body or, of a request without one, its raw query string; the
    /// caller's payload; the message; or the key that started it. Unless copied, its bytes are
    /// valid until the invocation has ended.
    /// </summary>
    public Payload Payload { get; private set; }

    /// <summary>
    /// Cancelled when the deadline passes, the caller goes away or the node stops. Not to be used
    /// after the function has returned.
    /// </summary>
    public CancellationToken CancellationToken =>
        gate.IsClosed ? new CancellationToken(canceled: true) : Deadline.Token;

    /// <summary>
    /// The services of this invocation's own scope, which is made at the first use of this and
    /// ends when the function has ended.
    /// </summary>
    public IServiceProvider Services => Scope.ServiceProvider;

    /// <summary>Media type of the answer, in place of the one that follows from its type.</summary>
    /// <value>Default: null, what follows from the type of the answer.</value>
    public string? ContentType { get; set; }

    internal Invocation Call => call;

    private DeadlineSource Deadline
    {
        get
        {
            if (deadline is { } present)
            {
                return present;
            }

            var fresh = environment.Deadlines.Rent(call.Deadline, caller);
            var first = Interlocked.CompareExchange(ref deadline, fresh, null);
            if (first is null)
            {
                return fresh;
            }

            environment.Deadlines.Return(fresh);
            return first;
        }
    }

    private IServiceScope Scope
    {
        get
        {
            if (isReleased)
            {
                throw CallGate.Ended(Address);
            }

            if (scope is { } present)
            {
                return present;
            }

            var fresh = environment.Scopes.CreateScope();
            var first = Interlocked.CompareExchange(ref scope, fresh, null);
            if (first is null)
            {
                return fresh;
            }

            fresh.Dispose();
            return first;
        }
    }

    /// <summary>Reads a key into <paramref name="into"/>; sees own writes.</summary>
    /// <param name="key">A key declared with <c>Reads</c>, or the key that started it.</param>
    /// <param name="into">Receives the value if the key is present.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    public async ValueTask<KvRead> GetAsync(KvKey key, IBufferWriter<byte> into)
    {
        gate.Enter(Address);
        try
        {
            return await host.GetAsync(key, into, Waiting);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Reads a page of keys; keys that the function may not read are skipped.</summary>
    /// <param name="range">What to read, within the literal prefix of a declared pattern.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    public async ValueTask<KvPage> ScanAsync(KvRange range)
    {
        gate.Enter(Address);
        try
        {
            return await host.ScanAsync(range, Waiting);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>
    /// Writes a batch: buffered until the function returns, or now with
    /// <c>Commit(CommitMode.Immediate)</c>. A condition that does not hold is a result.
    /// </summary>
    /// <param name="batch">What to write; may be cleared and reused afterwards.</param>
    /// <returns>Committed at revision number 0 when the write is buffered.</returns>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, several partitions, too large, overloaded, the store is full or failed.
    /// </exception>
    public async ValueTask<CommitResult> CommitAsync(KvBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        gate.Enter(Address);
        try
        {
            return await host.CommitAsync(batch, Waiting);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Writes one value, as <see cref="CommitAsync"/> does.</summary>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <exception cref="InvocationRefusedException">As with <see cref="CommitAsync"/>.</exception>
    public ValueTask SetAsync(KvKey key, ReadOnlySpan<byte> value)
    {
        gate.Enter(Address);
        try
        {
            EmptyBatch().Set(key, value);
        }
        catch
        {
            gate.Leave();
            throw;
        }

        return CommitOneAsync();
    }

    /// <summary>Deletes one key, as <see cref="CommitAsync"/> does; no effect if absent.</summary>
    /// <param name="key">A key declared with <c>Deletes</c>.</param>
    /// <exception cref="InvocationRefusedException">As with <see cref="CommitAsync"/>.</exception>
    public ValueTask DeleteAsync(KvKey key)
    {
        gate.Enter(Address);
        try
        {
            EmptyBatch().Delete(key);
        }
        catch
        {
            gate.Leave();
            throw;
        }

        return CommitOneAsync();
    }

    /// <summary>
    /// Calls another function and waits for its answer; deadline and trace go along. The call does
    /// not join this function's transaction and sees nothing that it has not committed.
    /// </summary>
    /// <param name="function">A function that declares <c>rpc</c>.</param>
    /// <param name="payload">What goes in.</param>
    /// <returns>The outcome: failures of the other function are results.</returns>
    /// <exception cref="InvocationRefusedException">The call may not be made.</exception>
    public async ValueTask<InvocationResult> CallAsync(
        FunctionAddress function,
        Payload payload = default
    )
    {
        gate.Enter(Address);
        try
        {
            return await host.CallAsync(function, payload, Deadline.Token);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Takes the write lock of a key, waiting fairly until the deadline at most.</summary>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <returns>Frees the lock when disposed; the end of the invocation frees it as well.</returns>
    /// <exception cref="InvocationRefusedException">Not declared, timed out, too many.</exception>
    public async ValueTask<FunctionLock> LockAsync(KvKey key)
    {
        gate.Enter(Address);
        try
        {
            return new FunctionLock(this, await host.LockAsync(key, Deadline.Token));
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Writes to the function's log; cut at 8 KiB, and 1 MiB an invocation.</summary>
    /// <param name="level">Severity.</param>
    /// <param name="message">Text.</param>
    public void Log(LogLevel level, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        gate.Enter(Address);
        try
        {
            host.Log(level, message);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Releases a lock; does nothing once the invocation has ended.</summary>
    internal void Unlock(int lockId)
    {
        if (gate.IsClosed)
        {
            return;
        }

        gate.Enter(Address);
        try
        {
            host.Unlock(lockId);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>Replaces a payload that is still arriving by its bytes.</summary>
    /// <exception cref="InvocationRefusedException">Longer than the function's limit.</exception>
    internal async ValueTask BufferPayloadAsync()
    {
        if (Payload.Reader is { } reader)
        {
            var bytesMax = call.Function.Limits.Body;
            var bytes = await PayloadStream.ReadAsync(reader, bytesMax, Address, Deadline.Token);
            Payload = Payload.From(bytes, Payload.ContentType);
        }
    }

    /// <summary>Fires at the deadline or when the caller goes away.</summary>
    internal CancellationToken InterruptToken => Deadline.Token;

    /// <summary>Whether the deadline source, if one was needed at all, has fired.</summary>
    internal bool DeadlineFired => deadline is { } present && present.Token.IsCancellationRequested;

    /// <summary>From here on nothing reaches the host; waits for a call under way.</summary>
    internal ValueTask CloseAsync() => gate.CloseAsync();

    /// <summary>Gives back what the function used; only when it has ended itself.</summary>
    internal ValueTask ReleaseAsync()
    {
        isReleased = true;
        if (Interlocked.Exchange(ref deadline, null) is { } rented)
        {
            environment.Deadlines.Return(rented);
        }

        if (scope is null)
        {
            return ValueTask.CompletedTask;
        }

        if (scope is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        scope.Dispose();
        return ValueTask.CompletedTask;
    }

    // Store calls are bounded by the host itself; they do not make a token that nobody else needs.
    private CancellationToken Waiting => deadline?.Token ?? caller;

    private KvBatch EmptyBatch()
    {
        batch ??= new KvBatch();
        batch.Clear();
        return batch;
    }

    private async ValueTask CommitOneAsync()
    {
        try
        {
            var result = await host.CommitAsync(batch!, Waiting);
            if (!result.IsCommitted)
            {
                throw new InvocationRefusedException(
                    InvocationStatus.StorageFailed,
                    $"A write of '{Address}' ended {result.Status}: "
                        + (result.Reason ?? "it may or may not have taken effect.")
                );
            }
        }
        finally
        {
            gate.Leave();
        }
    }
}
