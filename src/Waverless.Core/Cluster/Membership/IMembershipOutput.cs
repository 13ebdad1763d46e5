using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Where the protocol's messages go, and whom it tells what happens.</summary>
internal interface IMembershipOutput
{
    /// <summary>Sends a message; it may be lost.</summary>
    void Send(NodeAddress to, ushort kind, byte[] message);

    /// <summary>A node's record is another one than before; null: it was not known.</summary>
    void Changed(MemberRecord? before, MemberRecord after, string why);

    /// <summary>A node was forgotten.</summary>
    void Forgotten(MemberRecord member);

    /// <summary>A suspicion of another node was refuted by it after this long.</summary>
    void Refuted(MemberRecord member, TimeSpan after);

    /// <summary>A probe was answered, by the node itself or by way of another.</summary>
    void Probed(NodeId node, TimeSpan after, bool isDirect);

    /// <summary>This node was accused, and has objected.</summary>
    void Objected(MemberRecord accusation);

    /// <summary>Another process of this node's id was started later.</summary>
    void Replaced(MemberRecord by);

    /// <summary>Something that is no message of this protocol has come.</summary>
    void Malformed(NodeId from, string what);
}
