using System.Collections.Immutable;

namespace Waverless.Scheduling;

/// <summary>Configuration or a manifest names a scheduler that nobody has registered.</summary>
public sealed class UnknownSchedulerException : Exception
{
    internal UnknownSchedulerException(string name, ImmutableArray<string> known)
        : base(
            $"There is no scheduler '{name}'; known are {string.Join(", ", known)}. "
                + "An own one is registered as an IScheduler in the host's services."
        )
    {
        SchedulerName = name;
        Known = known;
    }

    /// <summary>The name that was asked for.</summary>
    public string SchedulerName { get; }

    /// <summary>The names that there are, in order.</summary>
    public ImmutableArray<string> Known { get; }
}
