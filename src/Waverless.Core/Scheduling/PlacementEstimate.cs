using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>How long one invocation would take on each node, as far as one can tell.</summary>
internal readonly ref struct PlacementEstimate
{
    private readonly NodeId _home;
    private readonly NodeId _caller;
    private readonly float _ownShare;
    private readonly float _share;
    private readonly float _awayMs;
    private readonly float _payloadMs;
    private readonly float _coldMs;
    private readonly float _runMs;
    private readonly float _callerWaitMs;

    public PlacementEstimate(in SchedulingRequest request, AdaptiveSettings settings, int nodes)
    {
        var character = request.Character;
        var coldMs =
            character.ColdStartMs > 0 ? character.ColdStartMs : settings.ColdStartMsUnknown;
        App = WarmApps.HashOf(request.Function.App);
        IsStateless = character.IsStateless;
        OrderMs = IsStateless ? settings.OrderFactor * coldMs : settings.TieMs;
        _coldMs = IsStateless ? settings.ColdFactor * coldMs : coldMs;
        _runMs = character.RunMs > 0 ? character.RunMs : settings.RunMsUnknown;
        _caller = request.Caller;
        _home = IsStateless ? default : request.Leader ?? request.Caller;
        var isSpill = _home == _caller;
        _share = (isSpill ? settings.SpillUtilization : settings.Utilization) / nodes;
        _ownShare = isSpill ? settings.HomeUtilization : _share;
        _callerWaitMs = isSpill ? 0 : request.CallerWaitMs ?? 0;
        _payloadMs = settings.RoundTripMs + (request.PayloadBytes / settings.BytesPerMs);
        _awayMs =
            (character.KvCalls * settings.RoundTripMs) + (character.KvBytes / settings.BytesPerMs);
    }

    /// <summary>The hash of the app, to ask whether a node has it warm.</summary>
    public ulong App { get; }

    public bool IsStateless { get; }

    /// <summary>What a place at the end of the order of nodes costs.</summary>
    public float OrderMs { get; }

    /// <summary>
    /// Whether a node places what happens at itself: then it sends all the work of its partitions
    /// there is, not one share of many.
    /// </summary>
    public bool IsOwnHome(in NodeView node) => node.Id == _home && _home == _caller;

    /// <summary>
    /// Milliseconds of this scheduler's work that a node does in one: all nodes send work, each
    /// may count on its share.
    /// </summary>
    public float DrainOf(in NodeView node) => node.Slots * (IsOwnHome(node) ? _ownShare : _share);

    /// <summary>The milliseconds that it keeps a slot of a node busy.</summary>
    public float RunMsOn(in NodeView node) =>
        node.Weight > 0 ? _runMs * Math.Clamp(node.Slots / (float)node.Weight, 0.1f, 10f) : _runMs;

    /// <summary>The milliseconds to the answer when it goes to a node.</summary>
    public float Of(in NodeView node, float sentMs, bool isWarm)
    {
        var waitMs = Math.Max(sentMs, ReportedWaitMs(node));
        var ms = RunMsOn(node) + (isWarm ? 0 : _coldMs);
        if (node.Id == _caller)
        {
            waitMs = Math.Max(waitMs, _callerWaitMs);
        }
        else
        {
            ms += _payloadMs;
        }

        return ms + waitMs + (IsStateless || node.Id == _home ? 0 : _awayMs);
    }

    /// <summary>A short queue of long ago says nothing about now; a long one does.</summary>
    private static float ReportedWaitMs(in NodeView node) =>
        node.Queued == 0
            ? 0
            : node.BacklogMs / node.Slots * node.Queued / (node.Queued + node.Slots);
}
