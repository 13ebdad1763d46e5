using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Says where in a cluster the events of a home run, and has them run there.</summary>
internal interface IEventPlacer
{
    /// <summary>Where an event of a partition is to run now.</summary>
    CallPlace PlaceOf(DeployedFunction function, PartitionId home);

    /// <summary>Whether the events of a function may not run on this node.</summary>
    bool MayNotRunHere(DeployedFunction function);

    /// <summary>
    /// Has an event run elsewhere: on another node when one is lost, as often as that is allowed.
    /// </summary>
    /// <param name="place">Where first.</param>
    /// <param name="function">What it starts.</param>
    /// <param name="pending">The event; noted as doubtful.</param>
    /// <param name="home">The partition that it is at home in.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What became of it; null: it is to run here.</returns>
    ValueTask<FunctionOutcome?> RunAsync(
        CallPlace place,
        DeployedFunction function,
        PendingEvent pending,
        PartitionId home,
        CancellationToken ct
    );
}
