using System.Collections.Immutable;
using Waverless.Events;

namespace Waverless.Apps;

/// <summary>How events are tried again that a function has failed. Immutable.</summary>
public sealed record FunctionRetry
{
    /// <summary>As the node does.</summary>
    public static FunctionRetry Default { get; } = new();

    /// <summary>For every failure that no rule in <see cref="On"/> is for.</summary>
    public RetryRule Always { get; init; } = RetryRule.Inherited;

    /// <summary>Rules for failures of one class; what they leave open is as for all.</summary>
    public ImmutableSortedDictionary<ErrorClass, RetryRule> On { get; init; } =
        ImmutableSortedDictionary<ErrorClass, RetryRule>.Empty;

    /// <summary>
    /// The rule for a class of failures. A failed permission, or a payload that cannot be read, is
    /// the same the next time: it is not tried again unless <see cref="On"/> says so.
    /// </summary>
    internal RetryRule Of(ErrorClass error) =>
        On.TryGetValue(error, out var own) ? own.Over(Always)
        : error is ErrorClass.Permission or ErrorClass.BadPayload ? RetryRule.Never
        : Always;
}
