using System.Collections.Concurrent;

namespace Waverless.Cluster.Deployment;

/// <summary>
/// What nodes have said of deployments, as the catalog's watch tells it. Thread-safe.
/// </summary>
internal sealed class AckBoard
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, string> _acks = new(StringComparer.Ordinal);
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A node has said something; an empty text is a yes.</summary>
    public void Add(string key, string text)
    {
        _acks[key] = text;
        Wake();
    }

    /// <summary>What was said is kept no longer.</summary>
    public void Remove(string key) => _acks.TryRemove(key, out _);

    /// <summary>
    /// Waits until all have said yes, one has said no, or it is over; returns who has not said yes,
    /// and why.
    /// </summary>
    public async Task<Dictionary<NodeId, string>> WaitAsync(
        Func<IReadOnlyCollection<NodeId>> expected,
        Func<NodeId, string> keyOf,
        Func<bool> isOver,
        TimeSpan longest,
        TimeProvider time,
        CancellationToken ct
    )
    {
        // Looks again now and then: who is expected changes too.
        var began = time.GetTimestamp();
        await using var look = time.CreateTimer(
            static state => ((AckBoard)state!).Wake(),
            this,
            LookEvery,
            LookEvery
        );
        await using var registration = ct.UnsafeRegister(
            static state => ((AckBoard)state!).Wake(),
            this
        );
        while (true)
        {
            Task next;
            lock (_lock)
            {
                next = _next.Task;
            }

            ct.ThrowIfCancellationRequested();
            var missing = expected()
                .Where(node => !_acks.TryGetValue(keyOf(node), out var text) || text.Length > 0)
                .ToDictionary(node => node, node => _acks.GetValueOrDefault(keyOf(node)) ?? "");
            if (
                missing.Count == 0
                || isOver()
                || missing.Values.Any(text => text.Length > 0)
                || time.GetElapsedTime(began) >= longest
            )
            {
                return missing;
            }

            await next;
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            _next.TrySetResult();
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
