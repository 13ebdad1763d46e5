using System.Globalization;
using System.Numerics;
using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Names one dead letter or parked event of a node.</summary>
/// <param name="Partition">Where it is.</param>
/// <param name="Function">The function that failed, within the partition's app.</param>
/// <param name="Priority">The event's priority.</param>
/// <param name="Revision">Revision number of the commit that created the event here.</param>
/// <param name="Ordinal">Which of that commit's events.</param>
public readonly record struct DeadLetterId(
    PartitionId Partition,
    string Function,
    byte Priority,
    ulong Revision,
    int Ordinal
)
{
    private const int PartsCount = 6;

    /// <summary>The function's address.</summary>
    public FunctionAddress Address => new(Partition.App, Function);

    internal EventPosition Position => new(0, Priority, Revision, Ordinal);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">Text of that form.</param>
    /// <param name="id">The id, if it is of that form.</param>
    public static bool TryParse(string? text, out DeadLetterId id)
    {
        id = default;
        var parts = text?.Split(':') ?? [];
        if (
            parts.Length != PartsCount
            || parts[0].Length == 0
            || parts[2].Length == 0
            || !Number<ushort>(parts[1], out var partition)
            || partition >= PartitionId.CountMax
            || !Number<byte>(parts[3], out var priority)
            || !Number<ulong>(parts[4], out var revision)
            || !Number<int>(parts[5], out var ordinal)
        )
        {
            return false;
        }

        var home = new PartitionId(parts[0], partition);
        id = new DeadLetterId(home, parts[2], priority, revision, ordinal);
        return true;
    }

    /// <summary>Returns <c>app:partition:function:priority:revision:ordinal</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Partition.App}:{Partition.Number}:{Function}:{Priority}:{Revision}:{Ordinal}"
        );

    /// <summary>Orders as lists do: by app, partition, function, then as they were to run.</summary>
    internal int CompareTo(DeadLetterId other)
    {
        var order = string.CompareOrdinal(Partition.App, other.Partition.App);
        order = order != 0 ? order : Partition.Number.CompareTo(other.Partition.Number);
        order = order != 0 ? order : string.CompareOrdinal(Function, other.Function);
        order = order != 0 ? order : Priority.CompareTo(other.Priority);
        order = order != 0 ? order : Revision.CompareTo(other.Revision);
        return order != 0 ? order : Ordinal.CompareTo(other.Ordinal);
    }

    internal static IComparer<DeadLetterId> Order { get; } =
        Comparer<DeadLetterId>.Create((one, other) => one.CompareTo(other));

    internal static DeadLetterId Of(PartitionId home, string function, EventPosition position) =>
        new(home, function, position.Priority, position.Revision, position.Ordinal);

    private static bool Number<T>(string text, out T number)
        where T : INumberBase<T> =>
        T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number!);
}
