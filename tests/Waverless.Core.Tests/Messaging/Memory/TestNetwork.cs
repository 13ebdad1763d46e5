using System.Buffers;
using System.Text;
using Waverless.Cluster;
using Waverless.Simulation.Clusters;

namespace Waverless.Messaging.Memory;

/// <summary>A memory network of a few nodes on one simulated thread.</summary>
internal sealed class TestNetwork
{
    public TestNetwork(int seed = 1)
    {
        Loop = new SimLoop(seed);
        Network = new MemoryNetwork(Loop.Clock, Loop.Story, new Random(seed));
    }

    public SimLoop Loop { get; }

    public MemoryNetwork Network { get; }

    public static NodeAddress Address(uint node) => new(new NodeId(node), "node-" + node, 2500);

    public static TransportMessage Message(string text, TimeSpan? timeout = null) =>
        new(7, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)), timeout);

    /// <summary>Joins and listens.</summary>
    public async Task<(MemoryTransport Transport, TestHandler Handler)> JoinAsync(
        uint node,
        MemoryTransportOptions? options = null
    )
    {
        var transport = Network.Join(Address(node), new LoopScheduler(Loop), options);
        var handler = new TestHandler();
        await transport.ListenAsync(handler, default);
        return (transport, handler);
    }

    public static async Task<string> AskAsync(
        MemoryTransport from,
        uint to,
        string text,
        TimeSpan? timeout = null,
        CancellationToken ct = default
    )
    {
        using var reply = await from.SendAsync(Address(to), Message(text, timeout), ct);
        return reply.Error?.Code.ToString() ?? Encoding.UTF8.GetString(reply.Body);
    }

    public void Run(Func<Task> story) => Loop.Run(story, TimeSpan.FromHours(1));
}
