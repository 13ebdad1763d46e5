using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Waverless.Scheduling;

/// <summary>
/// The schedulers of a node by name: those that come with Waverless and the host's own, which win
/// over one of the same name; of two own ones with one name the one registered later. Immutable.
/// </summary>
internal sealed class SchedulerCatalog
{
    private readonly FrozenDictionary<string, IScheduler> _byName;

    /// <param name="own">The schedulers that the host has registered.</param>
    /// <param name="random">Seeds those that draw.</param>
    /// <param name="time">Ages what the adaptive one remembers.</param>
    public SchedulerCatalog(IEnumerable<IScheduler> own, Random random, TimeProvider time)
    {
        var byName = new Dictionary<string, IScheduler>(StringComparer.Ordinal);
        foreach (var scheduler in BuiltIn(random, time).Concat(own))
        {
            byName[scheduler.Name] = scheduler;
        }

        _byName = byName.ToFrozenDictionary(StringComparer.Ordinal);
        Names = [.. byName.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>All names, in order.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Finds a scheduler.</summary>
    /// <param name="name">Its name; null: the default, <c>adaptive</c>.</param>
    /// <exception cref="UnknownSchedulerException">There is none of that name.</exception>
    public IScheduler Find(string? name) =>
        _byName.TryGetValue(name ?? SchedulerNames.Adaptive, out var scheduler)
            ? scheduler
            : throw new UnknownSchedulerException(name ?? SchedulerNames.Adaptive, Names);

    private static IEnumerable<IScheduler> BuiltIn(Random random, TimeProvider time) =>
        [
            new RandomScheduler(Sequence(random)),
            new HashScheduler(),
            new Straw2Scheduler(),
            new LeastLoadedScheduler(Sequence(random)),
            new LocalityScheduler(),
            new AdaptiveScheduler(Sequence(random), time, AdaptiveSettings.Default),
        ];

    private static SeededSequence Sequence(Random random) => new((ulong)random.NextInt64());
}
