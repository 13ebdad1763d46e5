using System.Buffers;
using System.Text;
using Google.Protobuf;
using Waverless.Cluster.Calls;
using Waverless.Cluster.Peers;
using Waverless.Invocations;
using Waverless.Messaging;
using Waverless.Messaging.Wire;
using Waverless.Simulation;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

/// <summary>In which version a node runs a call that a function on another node makes.</summary>
public sealed class CallVersionTests
{
    [Fact]
    public void A_call_runs_in_the_version_that_it_was_let_in_with_though_the_next_comes_meanwhile()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            await sim.DeployAsync(sim.Nodes[1], Version(1));
            var node = sim.Nodes[sim.HomeOf("app")];
            var old = node.Node.Catalog.Current.Apps["app"];

            // Something still runs in it, so that it stays when the next one is deployed.
            Assert.True(old.TryEnter());
            await sim.DeployAsync(sim.Nodes[1], Version(2));
            var requests = new PeerRequests();

            // As it was looked up a moment before the switch.
            new CallRequests(node.Node.Invoker, new(node.Id), _ => old, sim.Loop.Clock).Serve(
                requests
            );
            var inOld = await node.On(() => AskAsync(requests, old.Version.Hash));
            Assert.False(inOld.OtherVersion);
            Assert.Equal("v1", inOld.Body.ToStringUtf8());

            // What runs is over, and the version goes: the caller runs it where it is itself.
            old.Leave();
            var late = await node.On(() => AskAsync(requests, old.Version.Hash));
            Assert.True(late.OtherVersion);
            var next = await node.On(() => AskAsync(requests, "another"));
            Assert.True(next.OtherVersion);
            Assert.Equal(0, old.Active);
        });
    }

    private static async Task<CallReply> AskAsync(PeerRequests requests, string version)
    {
        var wire = CallCodec.Encode(
            new InvocationRequest("app/tell", Payload.None) { Trigger = TriggerKind.Rpc },
            null,
            default
        );
        wire.Caller = "app/ask";
        wire.Version = version;
        var body = new ReadOnlySequence<byte>(wire.ToByteArray());
        var message = new TransportMessage(ClusterMessages.Call, body);
        using var reply = await requests.OnRequestAsync(new NodeId(9), message, default);
        var answer = PeerCodec.Decode(reply.Body, CallReply.Parser);
        return answer.Reply ?? throw new InvalidOperationException(answer.Refusal?.Message);
    }

    private static TestApp Version(int version) =>
        new TestApp("app").Answers(
            "tell",
            f => f.Rpc().Reads("k_{}").Reads("version-" + version),
            _ =>
                ValueTask.FromResult(
                    InvocationResult.Completed(Encoding.UTF8.GetBytes("v" + version))
                )
        );
}
