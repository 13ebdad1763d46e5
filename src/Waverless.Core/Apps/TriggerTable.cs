using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>A function that a change of a key can start.</summary>
internal sealed record TriggerTarget(KeyTrigger Trigger, DeployedFunction Function);

/// <summary>The triggers on keys of one app, whoever declared them. Immutable.</summary>
internal sealed class TriggerTable(ImmutableArray<TriggerTarget> targets)
{
    public static TriggerTable Empty { get; } = new([]);

    public bool IsEmpty => targets.IsEmpty;

    /// <summary>All triggers, to be filtered with <c>Trigger.Pattern.Matches(key)</c>.</summary>
    public ReadOnlySpan<TriggerTarget> Candidates => targets.AsSpan();
}
