namespace Waverless.Transport.Protocol;

/// <summary>The versions of the protocol between nodes; docs/transport.md lists them.</summary>
internal readonly record struct ProtocolVersion(uint Min, uint Max)
{
    /// <summary>What this build speaks.</summary>
    public static ProtocolVersion Ours { get; } = new(1, 1);

    /// <summary>The largest version that both speak; null: there is none.</summary>
    public uint? InCommonWith(ProtocolVersion other)
    {
        var version = Math.Min(Max, other.Max);
        return version >= Math.Max(Min, other.Min) && version > 0 ? version : null;
    }

    public override string ToString() => Min == Max ? $"{Min}" : $"{Min} to {Max}";
}
