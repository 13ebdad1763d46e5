using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>How long one invocation would take on each node, as far as one can tell.</summary>
internal readonly ref struct PlacementEstimate
{
    private readonly ClusterLayout _layout;
    private readonly NodeId _home;
    private readonly NodeId _caller;
    private readonly float _ownShare;
    private readonly float _share;
    private readonly float _awayMs;
    private readonly float _payloadMs;
    private readonly float _runMs;
    private readonly float _callerWaitMs;

    public PlacementEstimate(
        in SchedulingRequest request,
        AdaptiveSettings settings,
        ClusterLayout layout,
        int nodes
    )
    {
        var character = request.Character;
        var coldMs =
            character.ColdStartMs > 0 ? character.ColdStartMs : settings.ColdStartMsUnknown;
        _layout = layout;
        App = WarmApps.HashOf(request.Function.App);
        IsStateless = character.IsStateless;
        OrderMs = IsStateless ? settings.OrderFactor * coldMs : settings.TieMs;
        ColdMs = IsStateless ? settings.ColdFactor * coldMs : coldMs;
        _runMs = character.RunMs > 0 ? character.RunMs : settings.RunMsUnknown;
        _caller = request.Caller;
        _home = IsStateless ? default : request.Leader ?? request.Caller;
        var isSpill = _home == _caller;
        _share = (isSpill ? settings.SpillUtilization : settings.Utilization) / nodes;
        _ownShare = isSpill ? settings.HomeUtilization : _share;
        _callerWaitMs = (request.CallerWaitMs ?? 0) * (isSpill ? settings.OwnWaitFactor : 1);
        _payloadMs = settings.RoundTripMs + (request.PayloadBytes / settings.BytesPerMs);
        _awayMs =
            (character.KvCalls * settings.RoundTripMs) + (character.KvBytes / settings.BytesPerMs);
    }

    /// <summary>The hash of the app, to ask whether a node has it warm.</summary>
    public ulong App { get; }

    public bool IsStateless { get; }

    /// <summary>What a place at the end of the order of nodes costs.</summary>
    public float OrderMs { get; }

    /// <summary>What it costs where the app is not warm.</summary>
    public float ColdMs { get; }

    /// <summary>What it takes at least, wherever it goes.</summary>
    public float LeastRunMs => _runMs * _layout.LeastFactor;

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
    public float RunMsOn(int node) => _runMs * _layout.RunFactor(node);

    /// <summary>Run time and travel: what it takes on a warm node where nothing waits.</summary>
    public float Unavoidable(in NodeView node, int index)
    {
        var ms = RunMsOn(index);
        ms += node.Id == _caller ? 0 : _payloadMs;
        return ms + (IsStateless || node.Id == _home ? 0 : _awayMs);
    }

    /// <summary>How long it waits there.</summary>
    public float WaitMs(in NodeView node, float sentMs)
    {
        var waitMs = Math.Max(sentMs, ReportedWaitMs(node));
        return node.Id == _caller ? Math.Max(waitMs, _callerWaitMs) : waitMs;
    }

    /// <summary>A short queue of long ago says nothing about now; a long one does.</summary>
    private static float ReportedWaitMs(in NodeView node) =>
        node.Queued == 0
            ? 0
            : node.BacklogMs / node.Slots * node.Queued / (node.Queued + node.Slots);
}
