using System.Threading.Tasks.Sources;
using Waverless.Kv;
using Waverless.Storage.Apply;

namespace Waverless.Storage.Engine;

/// <summary>A commit that waits for its turn, and the promise of its result.</summary>
internal sealed class PendingCommit : IValueTaskSource<CommitResult>
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private ManualResetValueTaskSourceCore<CommitResult> _source = new()
    {
        // The leader must not run its followers' continuations while they hold up the group.
        RunContinuationsAsynchronously = true,
    };

    private int _phase;
    private CancellationTokenRegistration _registration;

    /// <summary>A commit to apply.</summary>
    public PendingCommit(Commit commit, CancellationToken ct)
    {
        Commit = commit;
        if (ct.CanBeCanceled)
        {
            _registration = ct.UnsafeRegister(
                static (state, token) => ((PendingCommit)state!).Cancel(token),
                this
            );
        }
    }

    /// <summary>What to apply.</summary>
    public Commit Commit { get; }

    /// <summary>Events of it that were not stored.</summary>
    public SkippedOrdinals Skipped { get; } = new();

    /// <summary>What was decided; meaningful once decided.</summary>
    public ApplyDecision Decision { get; set; }

    /// <summary>The promise; may be awaited once.</summary>
    public ValueTask<CommitResult> Task => new(this, _source.Version);

    /// <summary>Takes its turn; false if the caller has stopped waiting.</summary>
    public bool TryTake()
    {
        if (Interlocked.CompareExchange(ref _phase, Taken, Waiting) != Waiting)
        {
            return false;
        }

        _registration.Unregister();
        return true;
    }

    /// <summary>Whether the caller has its result.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Gives the result to the caller.</summary>
    public void Answer(CommitResult result)
    {
        IsAnswered = true;
        _source.SetResult(result);
    }

    /// <inheritdoc />
    public CommitResult GetResult(short token) => _source.GetResult(token);

    /// <inheritdoc />
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc />
    public void OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _source.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken ct)
    {
        if (Interlocked.CompareExchange(ref _phase, Cancelled, Waiting) == Waiting)
        {
            _source.SetException(new OperationCanceledException(ct));
        }
    }
}
