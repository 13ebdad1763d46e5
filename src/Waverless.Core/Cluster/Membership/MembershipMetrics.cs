using System.Diagnostics.Metrics;

namespace Waverless.Cluster.Membership;

/// <summary>Measures what a node makes of the others.</summary>
internal sealed class MembershipMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _objections;
    private readonly Counter<long> _malformed;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _bytes;
    private readonly Histogram<double> _probe;
    private readonly Histogram<double> _refuted;

    public MembershipMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MembershipTelemetry.MeterName);
        _changes = _meter.CreateCounter<long>(
            MembershipTelemetry.Changes,
            "{change}",
            "Changes of members' states, by new state."
        );
        _objections = _meter.CreateCounter<long>(
            MembershipTelemetry.Objections,
            "{objection}",
            "Suspicions of this node that it has refuted."
        );
        _malformed = _meter.CreateCounter<long>(
            MembershipTelemetry.Malformed,
            "{message}",
            "Membership messages that were none."
        );
        _messages = _meter.CreateCounter<long>(
            MembershipTelemetry.Messages,
            "{message}",
            "Membership messages sent."
        );
        _bytes = _meter.CreateCounter<long>(
            MembershipTelemetry.Bytes,
            "By",
            "Bytes of membership messages sent."
        );
        _probe = _meter.CreateHistogram<double>(
            MembershipTelemetry.ProbeDuration,
            "s",
            "Time until a probe was answered, by way."
        );
        _refuted = _meter.CreateHistogram<double>(
            MembershipTelemetry.Refuted,
            "s",
            "Time until a false suspicion of another node was refuted."
        );
    }

    public void Observe(SwimMembership membership, MembershipPosts posts)
    {
        _meter.CreateObservableGauge(
            MembershipTelemetry.Members,
            () => CountStates(membership.Current),
            "{node}",
            "Nodes, by the state that this node sees them in."
        );
        _meter.CreateObservableGauge(
            MembershipTelemetry.Health,
            () => membership.HealthScore,
            "{score}",
            "0: this node sees the others well; 8: it is likely slow itself."
        );
        _meter.CreateObservableCounter(
            MembershipTelemetry.Dropped,
            () => posts.Dropped,
            "{message}",
            "Membership messages that could not be handed over."
        );
    }

    public void Changed(MemberState state) =>
        _changes.Add(1, new KeyValuePair<string, object?>("state", Name(state)));

    public void Objected() => _objections.Add(1);

    public void Malformed() => _malformed.Add(1);

    public void Refuted(TimeSpan after) => _refuted.Record(after.TotalSeconds);

    public void Probed(TimeSpan after, bool isDirect) =>
        _probe.Record(
            after.TotalSeconds,
            new KeyValuePair<string, object?>("way", isDirect ? "direct" : "indirect")
        );

    public void Sent(int bytes)
    {
        _messages.Add(1);
        _bytes.Add(bytes);
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> CountStates(MembershipView view) =>
        Enum.GetValues<MemberState>()
            .Select(state => new Measurement<int>(
                view.Members.Count(member => member.State == state),
                new KeyValuePair<string, object?>("state", Name(state))
            ));

    /// <summary>What a state is called, also by the management routes.</summary>
    public static string Name(MemberState state) =>
        state switch
        {
            MemberState.Alive => "alive",
            MemberState.Leaving => "leaving",
            MemberState.Suspect => "suspect",
            MemberState.Out => "out",
            _ => "left",
        };
}
