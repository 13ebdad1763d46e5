using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Scheduling;

public sealed class LocalitySchedulerTests
{
    private static readonly LocalityScheduler Scheduler = new();
    private static readonly ClusterSnapshot Cluster = new(
        1,
        [new NodeView(new NodeId(1), 1, [], 0), new NodeView(new NodeId(2), 1, [], 0)]
    );

    [Fact]
    public void The_leader_of_the_partition_is_picked_when_it_takes_work() =>
        Assert.Equal(new NodeId(2), Scheduler.Pick(Request(leader: 2, caller: 1), Cluster));

    [Fact]
    public void The_node_where_the_request_arrived_is_picked_when_the_leader_is_away() =>
        Assert.Equal(new NodeId(1), Scheduler.Pick(Request(leader: 3, caller: 1), Cluster));

    [Fact]
    public void Nobody_is_picked_when_neither_takes_work() =>
        Assert.Null(Scheduler.Pick(Request(leader: null, caller: 4), Cluster));

    private static SchedulingRequest Request(uint? leader, uint caller) =>
        new(
            new FunctionAddress("app", "function"),
            TriggerKind.KeySet,
            new PartitionId("app", 0),
            leader is { } id ? new NodeId(id) : null,
            new NodeId(caller)
        );
}
