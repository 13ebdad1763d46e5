using CsCheck;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Random parts of the protocol.</summary>
internal static class RecordGen
{
    private static readonly Gen<string> Text = Gen.String[Gen.Char['!', '~'], 1, 20];

    public static Gen<NodeAddress> Address { get; } =
        Gen.Select(
            Gen.UInt[1, uint.MaxValue],
            Text,
            Gen.Int[1, 65_535],
            (id, host, port) => new NodeAddress(new NodeId(id), host, port)
        );

    public static Gen<MemberProfile> Profile { get; } =
        Gen.Select(
            Address,
            Gen.Int[0, 7],
            Gen.Double[0.001, 1e6],
            Gen.OneOf(Gen.Const((string?)null), Text!),
            Text.Array[0, MemberProfile.TagsMax],
            Gen.Bool,
            (address, roles, weight, http, tags, leaving) =>
                new MemberProfile(address, (NodeRoles)roles)
                {
                    Weight = weight,
                    HttpAddress = http,
                    Tags = [.. tags],
                    IsLeaving = leaving,
                }
        );

    public static Gen<MemberRecord> Record { get; } =
        Gen.Select(
            Gen.ULong,
            Gen.ULong,
            Gen.Int[0, 3],
            Profile,
            Gen.UInt,
            (boot, incarnation, health, profile, by) =>
                new MemberRecord(boot, incarnation, (MemberHealth)health, profile, new NodeId(by))
        );

    public static Gen<KeyValuePair<NodeId, LoadReport>> Load { get; } =
        Gen.Select(
            Gen.UInt[1, uint.MaxValue],
            Gen.ULong,
            Gen.ULong,
            Gen.Byte.Array[0, LoadReport.BytesMax],
            (id, boot, counter, body) =>
                KeyValuePair.Create(new NodeId(id), new LoadReport(boot, counter, body))
        );

    public static Gen<MembershipMessage> Message { get; } =
        Gen.Select(
            Record,
            Gen.ULong,
            Gen.ULong,
            Gen.OneOf(Gen.Const((NodeAddress?)null), Address!),
            Record.Array[0, 5],
            Load.Array[0, 3],
            (sender, sequence, boot, subject, news, loads) =>
                new MembershipMessage(sender with { Health = MemberHealth.Alive })
                {
                    Sequence = sequence,
                    Boot = boot,
                    Subject = subject,
                    News = news,
                    Loads = loads,
                }
        );

    /// <summary>Claims about a few nodes, so that they meet.</summary>
    public static Gen<MemberRecord> Claim { get; } =
        Gen.Select(
            Gen.UInt[2, 5],
            Gen.ULong[1, 3],
            Gen.ULong[0, 3],
            Gen.Int[0, 3],
            Gen.UInt[2, 5],
            (id, boot, incarnation, health, by) =>
                ProtocolHarness.Record(id, boot, incarnation, (MemberHealth)health, by)
        );
}
