using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>How long one invocation would take on each node, as far as one can tell.</summary>
internal readonly ref struct PlacementEstimate
{
    private readonly AdaptiveSettings _settings;
    private readonly NodeId _home;
    private readonly NodeId _caller;
    private readonly float _share;
    private readonly float _awayMs;
    private readonly float _payloadMs;
    private readonly float _coldStartMs;
    private readonly float _runMs;

    public PlacementEstimate(in SchedulingRequest request, AdaptiveSettings settings, int nodes)
    {
        var character = request.Character;
        _settings = settings;
        App = WarmApps.HashOf(request.Function.App);
        _runMs = character.RunMs > 0 ? character.RunMs : settings.RunMsUnknown;
        _coldStartMs =
            character.ColdStartMs > 0 ? character.ColdStartMs : settings.ColdStartMsUnknown;
        IsStateless = character.IsStateless;
        _caller = request.Caller;
        _home = IsStateless ? default : request.Leader ?? request.Caller;
        _share = settings.Utilization / nodes;
        _payloadMs = settings.RoundTripMs + (request.PayloadBytes / settings.BytesPerMs);
        _awayMs = IsStateless
            ? 0
            : (character.KvCalls * settings.RoundTripMs)
                + (character.KvBytes / settings.BytesPerMs);
    }

    /// <summary>The hash of the app, to ask whether a node has it warm.</summary>
    public ulong App { get; }

    public bool IsStateless { get; }

    /// <summary>
    /// Whether a node places what happens at itself: then it sends all the work of its partitions
    /// there is, not one share of many.
    /// </summary>
    public bool IsOwnHome(in NodeView node) => node.Id == _home && _home == _caller;

    /// <summary>
    /// Milliseconds of this scheduler's work that a node does in one: all nodes send work, each
    /// may count on its share.
    /// </summary>
    public float DrainOf(in NodeView node) =>
        Math.Max(1, node.Slots) * (IsOwnHome(node) ? _settings.HomeUtilization : _share);

    /// <summary>The milliseconds that it keeps a slot of a node busy.</summary>
    public float WorkOn(in NodeView node, bool isWarm, float cold) =>
        (_runMs + (isWarm ? 0 : cold * _coldStartMs)) * SlownessOf(node);

    /// <summary>The milliseconds to the answer when it goes to a node.</summary>
    public float Of(in NodeView node, float sentMs, bool isWarm)
    {
        var ms =
            sentMs + WorkOn(node, isWarm, 1) + (isWarm ? 0 : _settings.ColdFactor * _coldStartMs);
        ms += node.Id == _caller ? 0 : _payloadMs;
        return ms + (node.Id == _home || IsStateless ? 0 : _awayMs);
    }

    private static float SlownessOf(in NodeView node) =>
        node.Weight > 0 ? Math.Clamp(node.Slots / (float)node.Weight, 0.1f, 10f) : 1;
}
