namespace Waverless.Invocations;

/// <summary>How an invocation ended, and who is to blame if it failed.</summary>
public enum InvocationStatus
{
    /// <summary>The function returned, and what it wrote is committed.</summary>
    Completed,

    /// <summary>No such app or function. The caller's fault.</summary>
    NotFound,

    /// <summary>
    /// The function is not triggered that way (HTTP method, rpc). The caller's fault.
    /// </summary>
    NotCallable,

    /// <summary>
    /// The payload cannot be read as what the function takes. The caller's fault.
    /// </summary>
    BadPayload,

    /// <summary>The payload is longer than the function's limit. The caller's fault.</summary>
    PayloadTooLarge,

    /// <summary>The app's own queue is full; try later. The caller's to slow down.</summary>
    QueueFull,

    /// <summary>The node has no room (backlog, threads, instances, nesting); try later.</summary>
    Overloaded,

    /// <summary>No node can run it now, or this one is stopping; try elsewhere or later.</summary>
    Unavailable,

    /// <summary>The deadline passed. The function's or the caller's fault.</summary>
    TimedOut,

    /// <summary>The caller went away before the end.</summary>
    Cancelled,

    /// <summary>The function threw or failed. The function's fault.</summary>
    Failed,

    /// <summary>The guest trapped. The function's fault.</summary>
    Trapped,

    /// <summary>The guest recursed beyond its stack. The function's fault.</summary>
    StackExhausted,

    /// <summary>The guest asked for more memory than its limit. The function's fault.</summary>
    OutOfMemory,

    /// <summary>It touched a key or called a function that its manifest does not declare.</summary>
    PermissionDenied,

    /// <summary>A value, batch or result is larger than allowed. The function's fault.</summary>
    TooLarge,

    /// <summary>
    /// What it had read was changed by others, run after run until the deadline; nothing was
    /// written. Worth another try.
    /// </summary>
    Conflict,

    /// <summary>
    /// The idempotency key is not legal, or the function commits as it goes and cannot honour one.
    /// The caller's fault.
    /// </summary>
    IdempotencyKeyRefused,

    /// <summary>
    /// The idempotency key was used with another payload. The caller's fault.
    /// </summary>
    IdempotencyKeyReused,

    /// <summary>
    /// A call with the same idempotency key still runs, or its answer was too long to be kept.
    /// </summary>
    IdempotencyKeyBusy,

    /// <summary>The disk is full. The operator's to mend.</summary>
    StorageFull,

    /// <summary>The store failed. The operator's to mend.</summary>
    StorageFailed,

    /// <summary>
    /// It read more keys or ranges than a serializable run may. The function's fault.
    /// </summary>
    TooManyReads,

    /// <summary>
    /// It lost a lock before the commit that depended on it; nothing was written. Worth another
    /// try.
    /// </summary>
    LockLost,

    /// <summary>
    /// A later run of it called another function, or with another payload, than the run before,
    /// whose answer is recorded. The function's fault.
    /// </summary>
    Diverged,

    /// <summary>The app would keep more than its quota allows. The app's to mend.</summary>
    QuotaExceeded,

    /// <summary>
    /// The node that ran it was lost, or gave no answer: it may have taken effect or not.
    /// </summary>
    NodeLost,
}
