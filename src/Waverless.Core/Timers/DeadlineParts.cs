using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>What the driver of deadlines works with.</summary>
internal sealed record DeadlineParts
{
    public required FrontDoor Door { get; init; }

    public required AppCatalog Catalog { get; init; }

    public required Backlog Backlog { get; init; }

    public required EventPump Pump { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Wakes at deadlines.</summary>
    public required TimeProvider Alarms { get; init; }

    public required ILogger Logger { get; init; }

    public IStorageEngine Engine => Door.Engine;

    /// <summary>Whether a partition is at home on this node.</summary>
    public required Func<PartitionId, bool> IsLocal { get; init; }

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
