using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>How long one invocation would take on each node, as far as one can tell.</summary>
internal readonly ref struct PlacementEstimate
{
    private readonly NodeId _home;
    private readonly NodeId _caller;
    private readonly float _awayMs;
    private readonly float _payloadMs;
    private readonly float _coldStartMs;

    public PlacementEstimate(in SchedulingRequest request, AdaptiveSettings settings)
    {
        var character = request.Character;
        App = WarmApps.HashOf(request.Function.App);
        RunMs = character.RunMs > 0 ? character.RunMs : settings.RunMsUnknown;
        _coldStartMs =
            character.ColdStartMs > 0 ? character.ColdStartMs : settings.ColdStartMsUnknown;
        _caller = request.Caller;
        _home = character.IsStateless ? default : request.Leader ?? request.Caller;
        _payloadMs = settings.RoundTripMs + (request.PayloadBytes / settings.BytesPerMs);
        _awayMs = character.IsStateless
            ? 0
            : (character.KvCalls * settings.RoundTripMs)
                + (character.KvBytes / settings.BytesPerMs);
    }

    /// <summary>The hash of the app, to ask whether a node has it warm.</summary>
    public ulong App { get; }

    /// <summary>Expected run time.</summary>
    public float RunMs { get; }

    /// <summary>The milliseconds to the answer when it goes to a node.</summary>
    public float Of(in NodeView node, (int Count, float Ms) sent, bool isWarm)
    {
        var slots = Math.Max(1, node.Slots);
        var jobs = node.Active + node.Queued + sent.Count;
        var work = node.BacklogMs + sent.Ms + RunMs;
        var waitMs = work * Math.Max(0, jobs - slots + 1) / ((jobs + 1) * slots);
        var ms = waitMs + RunMs;
        ms += isWarm ? 0 : _coldStartMs;
        ms += node.Id == _caller ? 0 : _payloadMs;
        return ms + (node.Id == _home ? 0 : _awayMs);
    }
}
