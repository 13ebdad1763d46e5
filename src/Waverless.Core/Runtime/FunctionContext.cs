using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime.Managed;
using Waverless.Timers;
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
    private readonly ManagedEnvironment _environment;
    private readonly Invocation _call;
    private readonly IInvocationHost _host;
    private readonly CancellationToken _caller;
    private CallGate _gate;
    private DeadlineSource? _deadline;
    private IServiceScope? _scope;
    private KvBatch? _batch;
    private bool _isReleased;

    internal FunctionContext(
        ManagedEnvironment environment,
        Invocation call,
        IInvocationHost host,
        CancellationToken caller
    )
    {
        _environment = environment;
        _call = call;
        _host = host;
        _caller = caller;
        Payload = call.Payload;
    }

    /// <summary>The function.</summary>
    public FunctionAddress Address => _call.Address;

    /// <summary>What started the invocation.</summary>
    public TriggerKind Trigger => _call.Trigger;

    /// <summary>The key that was written or deleted; null unless a key event started it.</summary>
    public KvKey? Key =>
        !_call.Trigger.IsOfKey() ? default(KvKey?)
        : _call.Event is { } cause ? new KvKey(cause.Key)
        : new KvKey(_call.Payload.Bytes.ToArray());

    /// <summary>The moment that it runs for; null unless a timer started it.</summary>
    public TimerFiring? Timer =>
        _call is { Trigger: TriggerKind.Timer, Event: { } cause }
            ? TimerFiring.Decode(cause.Key.Span)
            : null;

    /// <summary>Stable identity of the event that started it, in all attempts; or null.</summary>
    public EventId? EventId => _call.Event is null ? null : _call.EventId;

    /// <summary>
    /// The events that started it, in order per key: several with <c>batch</c>, one for any other
    /// function that an event starts, none for calls.
    /// </summary>
    public IReadOnlyList<FunctionEvent> Events =>
        _call.Window?.Events
        ?? (_call.Event is { } single ? [new FunctionEvent(single, _call.EventId)] : []);

    /// <summary>1 for the first attempt; more when earlier ones of the same event failed.</summary>
    public int Attempt => _call.Attempt;

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
        _gate.IsClosed ? new CancellationToken(canceled: true) : Deadline.Token;

    /// <summary>
    /// The services of this invocation's own scope, which is made at the first use of this and
    /// ends when the function has ended.
    /// </summary>
    public IServiceProvider Services => Scope.ServiceProvider;

    /// <summary>Media type of the answer, in place of the one that follows from its type.</summary>
    /// <value>Default: null, what follows from the type of the answer.</value>
    public string? ContentType { get; set; }

    internal Invocation Call => _call;

    /// <summary>The names in the patterns that start the function.</summary>
    internal KeyPlaceholders Placeholders { get; init; } = KeyPlaceholders.None;

    private DeadlineSource Deadline
    {
        get
        {
            if (_deadline is { } present)
            {
                return present;
            }

            var fresh = _environment.Deadlines.Rent(_call.Deadline, _caller);
            var first = Interlocked.CompareExchange(ref _deadline, fresh, null);
            if (first is null)
            {
                return fresh;
            }

            _environment.Deadlines.Return(fresh);
            return first;
        }
    }

    private IServiceScope Scope
    {
        get
        {
            if (_isReleased)
            {
                throw CallGate.Ended(Address);
            }

            if (_scope is { } present)
            {
                return present;
            }

            var fresh = _environment.Scopes.CreateScope();
            var first = Interlocked.CompareExchange(ref _scope, fresh, null);
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
        _gate.Enter(Address);
        try
        {
            return await _host.GetAsync(key, into, Waiting);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Reads a page of keys; keys that the function may not read are skipped.</summary>
    /// <param name="range">What to read, within the literal prefix of a declared pattern.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    public async ValueTask<KvPage> ScanAsync(KvRange range)
    {
        _gate.Enter(Address);
        try
        {
            return await _host.ScanAsync(range, Waiting);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>
    /// Opens what a key has, a blob or any other value, to be read in parts; null if it is absent.
    /// Sees own writes. Dispose it when done; the end of the invocation does so as well.
    /// </summary>
    /// <param name="key">A key declared with <c>Reads</c>, or the key that started it.</param>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, changed by others meanwhile, or the store failed.
    /// </exception>
    public async ValueTask<KvBlobReader?> OpenBlobReadAsync(KvKey key)
    {
        _gate.Enter(Address);
        try
        {
            return await _host.OpenBlobReadAsync(key, Waiting);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>
    /// Begins to write a blob, whose pieces are stored at once and seen by nobody. A batch with
    /// <see cref="KvBatch.SetBlob(KvBlob)"/> makes it the key's value, when that batch takes effect; what is
    /// not committed when the invocation has ended is removed.
    /// </summary>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or another partition.</exception>
    public async ValueTask<KvBlobWriter> OpenBlobWriteAsync(KvKey key)
    {
        _gate.Enter(Address);
        try
        {
            return await _host.OpenBlobWriteAsync(key, Waiting);
        }
        finally
        {
            _gate.Leave();
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
        _gate.Enter(Address);
        try
        {
            return await _host.CommitAsync(batch, Waiting);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Writes one value, as <see cref="CommitAsync"/> does.</summary>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <exception cref="InvocationRefusedException">As with <see cref="CommitAsync"/>.</exception>
    public ValueTask SetAsync(KvKey key, ReadOnlySpan<byte> value)
    {
        _gate.Enter(Address);
        try
        {
            EmptyBatch().Set(key, value);
        }
        catch
        {
            _gate.Leave();
            throw;
        }

        return CommitOneAsync();
    }

    /// <summary>Deletes one key, as <see cref="CommitAsync"/> does; no effect if absent.</summary>
    /// <param name="key">A key declared with <c>Deletes</c>.</param>
    /// <exception cref="InvocationRefusedException">As with <see cref="CommitAsync"/>.</exception>
    public ValueTask DeleteAsync(KvKey key)
    {
        _gate.Enter(Address);
        try
        {
            EmptyBatch().Delete(key);
        }
        catch
        {
            _gate.Leave();
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
    /// <param name="idempotencyKey">
    /// Calls of the same app to the same function with the same key run once: further ones get the
    /// first one's answer. Null: each call runs.
    /// </param>
    /// <returns>The outcome: failures of the other function are results.</returns>
    /// <exception cref="InvocationRefusedException">The call may not be made.</exception>
    public async ValueTask<InvocationResult> CallAsync(
        FunctionAddress function,
        Payload payload = default,
        string? idempotencyKey = null
    )
    {
        _gate.Enter(Address);
        try
        {
            return await _host.CallAsync(function, payload, idempotencyKey, Deadline.Token);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>
    /// Locks a key, waiting fairly until the deadline at most. Commits of the invocation then
    /// depend on the lock: one that was lost ends it as <c>LockLost</c>, with nothing written.
    /// </summary>
    /// <param name="key">A key declared with <c>Writes</c>; to read with, <c>Reads</c>.</param>
    /// <param name="mode">Alone, or together with other readers.</param>
    /// <returns>
    /// Frees the lock when disposed, or with buffered writes when they commit; the end of the
    /// invocation frees it as well.
    /// </returns>
    /// <exception cref="InvocationRefusedException">Not declared, timed out, too many.</exception>
    public async ValueTask<FunctionLock> LockAsync(KvKey key, LockMode mode = LockMode.Write)
    {
        _gate.Enter(Address);
        try
        {
            var grant = await _host.LockAsync(key, mode, Deadline.Token);
            return new FunctionLock(this, grant);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Writes to the function's log; cut at 8 KiB, and 1 MiB an invocation.</summary>
    /// <param name="level">Severity.</param>
    /// <param name="message">Text.</param>
    public void Log(LogLevel level, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        _gate.Enter(Address);
        try
        {
            _host.Log(level, message);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Releases a lock; does nothing once the invocation has ended.</summary>
    internal void Unlock(int lockId)
    {
        if (_gate.IsClosed)
        {
            return;
        }

        _gate.Enter(Address);
        try
        {
            _host.Unlock(lockId);
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <summary>Replaces a payload that is still arriving by its bytes.</summary>
    /// <exception cref="InvocationRefusedException">Longer than the function's limit.</exception>
    internal async ValueTask BufferPayloadAsync()
    {
        if (Payload.Reader is { } reader)
        {
            var bytesMax = _call.Function.Limits.Body;
            var bytes = await PayloadStream.ReadAsync(reader, bytesMax, Address, Deadline.Token);
            Payload = Payload.From(bytes, Payload.ContentType);
        }
    }

    /// <summary>Fires at the deadline or when the caller goes away.</summary>
    internal CancellationToken InterruptToken => Deadline.Token;

    /// <summary>Whether the deadline source, if one was needed at all, has fired.</summary>
    internal bool DeadlineFired =>
        _deadline is { } present && present.Token.IsCancellationRequested;

    /// <summary>From here on nothing reaches the host; waits for a call under way.</summary>
    internal ValueTask CloseAsync() => _gate.CloseAsync();

    /// <summary>Gives back what the function used; only when it has ended itself.</summary>
    internal ValueTask ReleaseAsync()
    {
        _isReleased = true;
        if (Interlocked.Exchange(ref _deadline, null) is { } rented)
        {
            _environment.Deadlines.Return(rented);
        }

        if (_scope is null)
        {
            return ValueTask.CompletedTask;
        }

        if (_scope is IAsyncDisposable asynchronous)
        {
            return asynchronous.DisposeAsync();
        }

        _scope.Dispose();
        return ValueTask.CompletedTask;
    }

    // Store calls are bounded by the host itself; they do not make a token that nobody else needs.
    private CancellationToken Waiting => _deadline?.Token ?? _caller;

    private KvBatch EmptyBatch()
    {
        _batch ??= new KvBatch();
        _batch.Clear();
        return _batch;
    }

    private async ValueTask CommitOneAsync()
    {
        try
        {
            var result = await _host.CommitAsync(_batch!, Waiting);
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
            _gate.Leave();
        }
    }
}
