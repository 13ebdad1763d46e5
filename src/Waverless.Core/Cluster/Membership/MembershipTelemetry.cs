namespace Waverless.Cluster.Membership;

/// <summary>Names under which the membership reports; stable (docs/metrics.md).</summary>
internal static class MembershipTelemetry
{
    public const string MeterName = "Waverless.Cluster";

    public const string Members = "waverless.cluster.members";

    public const string Changes = "waverless.cluster.member.changes";

    public const string Objections = "waverless.cluster.suspicions.self";

    public const string Refuted = "waverless.cluster.suspicion.refuted";

    public const string ProbeDuration = "waverless.cluster.probe.duration";

    public const string Health = "waverless.cluster.local_health";

    public const string Messages = "waverless.cluster.membership.messages";

    public const string Bytes = "waverless.cluster.membership.bytes";

    public const string Dropped = "waverless.cluster.membership.dropped";

    public const string Malformed = "waverless.cluster.membership.malformed";
}
