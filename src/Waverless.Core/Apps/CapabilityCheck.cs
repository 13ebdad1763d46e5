using System.Diagnostics.CodeAnalysis;

namespace Waverless.Apps;

/// <summary>Whether a function may do something with a key, and if not, why.</summary>
internal readonly record struct CapabilityCheck
{
    private CapabilityCheck(string? denial) => Denial = denial;

    /// <summary>It may.</summary>
    public static CapabilityCheck Granted => default;

    /// <summary>Names the key, the operation and the manifest's lines; null when allowed.</summary>
    public string? Denial { get; }

    /// <summary>Whether it may.</summary>
    [MemberNotNullWhen(false, nameof(Denial))]
    public bool Allowed => Denial is null;

    public static CapabilityCheck Denied(string why) => new(why);
}
