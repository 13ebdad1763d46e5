using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>What a function's <c>kvs</c> say: grants, and triggers written as operations.</summary>
internal sealed record DeclaredKeys(
    ImmutableArray<KeyPatternGrant> Grants,
    ImmutableArray<KeyTrigger> Triggers
)
{
    public static DeclaredKeys None { get; } = new([], []);
}
