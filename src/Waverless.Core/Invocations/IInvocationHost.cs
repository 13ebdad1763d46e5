using System.Buffers;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>
/// How one invocation reaches everything outside it. Every call is checked against the function's
/// manifest. Not thread-safe: an invocation makes one call at a time. Unusable once the invocation
/// has ended.
/// </summary>
/// <remarks>
/// A refused call throws <see cref="InvocationRefusedException"/>, whose status becomes the
/// invocation's unless the function handles it; a runtime without exceptions traps its guest.
/// </remarks>
public interface IInvocationHost
{
    /// <summary>
    /// Reads a key into <paramref name="into"/>; sees the invocation's own writes.
    /// </summary>
    /// <param name="key">
    /// A key of a pattern that the function declares with <c>get</c>, or its trigger's key.
    /// </param>
    /// <param name="into">Receives the value if the key is present.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    ValueTask<KvRead> GetAsync(KvKey key, IBufferWriter<byte> into, CancellationToken ct);

    /// <summary>Reads a page of keys; keys that the function may not read are skipped.</summary>
    /// <param name="range">What to read, within the literal prefix of a declared pattern.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    ValueTask<KvPage> ScanAsync(KvRange range, CancellationToken ct);

    /// <summary>
    /// Opens what a key has, a blob or any other value, to be read in parts; null if it is absent.
    /// Sees own writes, and counts as a read of the key. Good until the invocation has ended.
    /// </summary>
    /// <param name="key">A key that may be read, as with <see cref="GetAsync"/>.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, changed by others meanwhile, or the store failed.
    /// </exception>
    ValueTask<KvBlobReader?> OpenBlobReadAsync(KvKey key, CancellationToken ct) =>
        throw new NotSupportedException("This host has no blobs.");

    /// <summary>
    /// Begins to write a blob. Its pieces are stored at once, where nobody sees them; a batch with
    /// <see cref="KvBatch.SetBlob(KvBlob)"/> makes it the key's value, with <c>atomic</c> when the function
    /// ends. What no key names once the invocation has ended is removed.
    /// </summary>
    /// <param name="key">A key of a pattern that the function declares with <c>set</c>.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or another partition.</exception>
    ValueTask<KvBlobWriter> OpenBlobWriteAsync(KvKey key, CancellationToken ct) =>
        throw new NotSupportedException("This host has no blobs.");

    /// <summary>
    /// Writes a batch. With <c>commit: immediate</c> it commits now; with <c>atomic</c> its
    /// conditions are decided against what the function sees, and again when it ends; its writes
    /// are buffered, and the result says committed at a revision that is not known yet (number 0).
    /// </summary>
    /// <param name="batch">
    /// What to write; may be cleared and reused once this has completed.
    /// </param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, more than one partition, too large, overloaded, a message that cannot be
    /// delivered, or the store is full or failed.
    /// A condition that does not hold is a result, not a refusal.
    /// </exception>
    ValueTask<CommitResult> CommitAsync(KvBatch batch, CancellationToken ct);

    /// <summary>
    /// Locks a key, waiting fairly until the deadline at most. Every commit of the invocation then
    /// depends on the lock: one that was lost ends it as <c>LockLost</c>. The lock is leased and
    /// renewed while the invocation lives; with <c>atomic</c> it is kept until the commit, also if
    /// it is released before.
    /// </summary>
    /// <param name="key">
    /// A key of a pattern that the function declares with <c>set</c>, for reading with <c>get</c>.
    /// </param>
    /// <param name="mode">Alone, or together with other readers.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, timed out, too many locks, another partition than that of an atomic function,
    /// or the store failed.
    /// </exception>
    ValueTask<LockGrant> LockAsync(KvKey key, LockMode mode, CancellationToken ct);

    /// <summary>
    /// Releases a lock. Locks still held when the invocation ends are released then.
    /// </summary>
    /// <param name="lockId">What <see cref="LockAsync"/> returned.</param>
    /// <returns>False if this invocation holds no such lock.</returns>
    bool Unlock(int lockId);

    /// <summary>
    /// Calls another function and waits for its answer; inherits deadline and trace.
    /// </summary>
    /// <param name="function">A function that declares <c>rpc</c>.</param>
    /// <param name="payload">What goes in.</param>
    /// <param name="idempotencyKey">
    /// Calls of the same app to the same function with the same key run once; null: none.
    /// </param>
    /// <param name="ct">Cancels the call.</param>
    ValueTask<InvocationResult> CallAsync(
        FunctionAddress function,
        Payload payload,
        string? idempotencyKey,
        CancellationToken ct
    );

    /// <summary>
    /// Writes to the function's log; cut at 8 KiB a message and 1 MiB an invocation.
    /// </summary>
    /// <param name="level">Severity.</param>
    /// <param name="message">Text.</param>
    void Log(LogLevel level, string message);

    /// <summary>
    /// Waits on the calling thread for a call that a synchronous guest made, giving its processor
    /// permit to others meanwhile. Never called by runtimes that are asynchronous.
    /// </summary>
    /// <typeparam name="T">What the call returns.</typeparam>
    /// <param name="call">A call of this host.</param>
    /// <returns>What the call returned; its exception is thrown.</returns>
    T Wait<T>(ValueTask<T> call);
}
