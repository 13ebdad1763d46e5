using Waverless.Scheduling;

namespace Waverless.Cluster;

/// <summary>Everything runs where it is called.</summary>
internal sealed class CallerFirst : IScheduler
{
    public string Name => "caller";

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster) => request.Caller;
}
