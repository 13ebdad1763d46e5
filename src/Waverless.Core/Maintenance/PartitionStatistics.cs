using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Maintenance;

/// <summary>How large a partition is.</summary>
/// <param name="Id">Which.</param>
/// <param name="Keys">
/// The app's keys and values. Exact for an app that ever had a quota, and then with its blobs.
/// </param>
/// <param name="Events">Event records by state; states without any are left out.</param>
/// <param name="ChangeLog">The retained history, for watches.</param>
public sealed record PartitionStatistics(
    PartitionId Id,
    SizeEstimate Keys,
    IReadOnlyDictionary<EventState, SizeEstimate> Events,
    ChangeLogStatistics ChangeLog
);

/// <summary>How much history a partition keeps.</summary>
/// <param name="First">Number of the first revision that it holds; 0 if it is empty.</param>
/// <param name="Last">Number of the newest revision; 0 before the first commit.</param>
/// <param name="Size">Its records: one for each commit.</param>
public readonly record struct ChangeLogStatistics(ulong First, ulong Last, SizeEstimate Size);
