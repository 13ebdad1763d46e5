namespace Waverless.Messaging;

/// <summary>
/// Kinds of the messages between nodes. Part of the protocol: a number is never used for something
/// else.
/// </summary>
internal static class ClusterMessages
{
    /// <summary>Membership: probes, their answers, gossip, exchanges of whole views (1 to 15).</summary>
    public const ushort Membership = 1;
}
