namespace Waverless.Cluster.Calls;

/// <summary>
/// How many calls a node may send again: a share of those that it sends, and a few more for a node
/// that sends little. A bucket of tokens that calls fill and retries empty, so that retries cannot
/// turn an overload into a collapse. Thread-safe.
/// </summary>
internal sealed class RetryBudget(TimeProvider time)
{
    /// <summary>Calls that have to be sent before one more may be sent again.</summary>
    public const int CallsPerRetry = 10;

    /// <summary>Retries in each second that need no calls.</summary>
    public const int PerSecond = 10;

    /// <summary>Most retries that are saved up.</summary>
    public const int SavedMax = 100;

    private readonly Lock _lock = new();
    private double _saved = SavedMax;
    private long _since = time.GetTimestamp();
    private long _retries;
    private long _refusals;

    /// <summary>Retries that were made.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Retries that were not made since there was nothing left.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>A call is sent for the first time.</summary>
    public void Sent()
    {
        lock (_lock)
        {
            _saved = Math.Min(SavedMax, _saved + (1.0 / CallsPerRetry));
        }
    }

    /// <summary>Takes the right to send a call again; false: there is none left.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            var seconds = time.GetElapsedTime(_since).TotalSeconds;
            _since = time.GetTimestamp();
            _saved = Math.Min(SavedMax, _saved + (seconds * PerSecond));
            if (_saved >= 1)
            {
                _saved--;
                _retries++;
                return true;
            }
        }

        Interlocked.Increment(ref _refusals);
        return false;
    }
}
