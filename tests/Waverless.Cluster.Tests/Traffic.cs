namespace Waverless.ClusterProcesses;

/// <summary>Callers who ask one after the other, some at each node, until they are stopped.</summary>
internal sealed class Traffic
{
    private const int CallersPerNode = 2;

    // So that the machine has something left for those who answer.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Tally _tally;
    private readonly List<Task> _callers = [];
    private volatile bool _isOver;

    private Traffic(Tally tally) => _tally = tally;

    /// <summary>Begins.</summary>
    /// <param name="nodes">Who is asked.</param>
    /// <param name="tally">Counts what comes of it.</param>
    /// <param name="ask">Asks once.</param>
    public static Traffic Start(
        IReadOnlyList<ProcessNode> nodes,
        Tally tally,
        Func<ProcessNode, Task> ask
    )
    {
        var traffic = new Traffic(tally);
        for (var caller = 0; caller < CallersPerNode; caller++)
        {
            traffic._callers.AddRange(nodes.Select(node => traffic.CallAsync(node, ask)));
        }

        return traffic;
    }

    /// <summary>Waits until so many more requests have come to an end.</summary>
    public async Task MoreAsync(int requests)
    {
        var enough = _tally.Settled + requests;
        while (_tally.Settled < enough)
        {
            await Task.Delay(20);
        }
    }

    /// <summary>Waits for the requests that have begun.</summary>
    public Task StopAsync()
    {
        _isOver = true;
        return Task.WhenAll(_callers);
    }

    private async Task CallAsync(ProcessNode node, Func<ProcessNode, Task> ask)
    {
        while (!_isOver)
        {
            await ask(node);
            await Task.Delay(Pause);
        }
    }
}
