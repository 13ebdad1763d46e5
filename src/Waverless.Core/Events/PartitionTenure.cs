namespace Waverless.Events;

/// <summary>
/// One time for which a node runs a partition's events. Once it is over, nothing of it can be
/// committed any more: by then the events may run elsewhere, or here anew. Thread-safe.
/// </summary>
internal sealed class PartitionTenure : IDisposable
{
    private readonly CancellationTokenSource _over;
    private volatile bool _isOver;

    public PartitionTenure(CancellationToken stopping)
    {
        _over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ends = _over.Token;
    }

    /// <summary>Whether it is over.</summary>
    public bool IsOver => _isOver;

    /// <summary>Fires when what runs is to end, or the node stops.</summary>
    public CancellationToken Ends { get; }

    /// <summary>It is over.</summary>
    public void End() => _isOver = true;

    /// <summary>Cancels what still runs.</summary>
    public void Cancel() => _over.Cancel();

    public void Dispose() => _over.Dispose();
}
