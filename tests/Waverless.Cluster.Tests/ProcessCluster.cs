using System.Text.Json;
using Waverless.SampleProcesses;
using Waverless.Transport.Identity;

namespace Waverless.ClusterProcesses;

/// <summary>One master and three workers, processes that know each other.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    public const int Count = 4;

    /// <summary>Opens management to the tests, also from another address.</summary>
    public const string ApiKey = "test-key";

    private readonly TemporaryFolder _folder = new();
    private readonly string _transport;

    private ProcessCluster(string transport, IReadOnlyList<NodePlace> places)
    {
        _transport = transport;
        List<string> shared =
        [
            $"--ApiKey={ApiKey}",
            $"--Waverless:Transport={transport}",
            $"--Waverless:CertificateFolder={Certificates}",
            "--Waverless:Nodes:1:Spec:1=meta",
            $"--Waverless:JoinPort={FreePorts.Find(1)[0]}",
        ];
        foreach (var place in places)
        {
            var node = $"--Waverless:Nodes:{place.Id}:";
            shared.Add($"{node}Addr={place.Host}:{place.Port}");
            shared.Add($"{node}Spec:0={(place.Id == 1 ? "master" : "worker")}");
        }

        foreach (var place in places)
        {
            string[] own =
            [
                $"--Waverless:NodeId={place.Id}",
                $"--Waverless:DataFolder={Path.Combine(_folder.Path, $"node-{place.Id}")}",
            ];
            Nodes.Add(new ProcessNode(place, [.. shared, .. own]));
        }
    }

    /// <summary>In the order of their ids.</summary>
    public List<ProcessNode> Nodes { get; } = [];

    public ProcessNode Master => Nodes[0];

    private string Certificates => Path.Combine(_folder.Path, "certificates");

    public static async Task<ProcessCluster> StartAsync(
        string transport,
        IReadOnlyList<NodePlace>? places = null
    )
    {
        var cluster = new ProcessCluster(transport, places ?? NodePlace.OnLoopback(Count));
        try
        {
            // Nodes on the loopback would make it themselves.
            using (
                await DevelopmentCluster.OpenAsync(
                    cluster.Certificates,
                    "waverless",
                    TimeProvider.System
                )
            ) { }

            await Task.WhenAll(cluster.Nodes.Select(node => node.StartAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A host that the others do not know joins by a token.</summary>
    public async Task<ProcessNode> JoinAsync()
    {
        var invitation = await Master.PostAsync("tokens");
        var id = invitation.GetProperty("node").GetInt32();
        var folder = Path.Combine(_folder.Path, $"node-{id}");
        var port = FreePorts.Find(1)[0];
        var node = new ProcessNode(
            new NodePlace(id, "127.0.0.1", port),
            [
                $"--ApiKey={ApiKey}",
                $"--Waverless:Transport={_transport}",
                $"--Waverless:DataFolder={folder}",
                $"--Waverless:CertificateFolder={Path.Combine(folder, "certificates")}",
                $"--Waverless:Join:Address={invitation.GetProperty("address").GetString()}",
                $"--Waverless:Join:Token={invitation.GetProperty("token").GetString()}",
                $"--Waverless:Join:Node:Addr=127.0.0.1:{port}",
                "--Waverless:Join:Node:Spec:0=worker",
            ]
        );
        Nodes.Add(node);
        await node.StartAsync();
        return node;
    }

    /// <summary>Waits until all shards are where they should be; returns how often one moved.</summary>
    public async Task<int> SettleAsync(Func<JsonElement, bool> isReached)
    {
        while (true)
        {
            var placement = await Master.GetAsync("placement");
            if (placement.GetProperty("due").GetInt32() == 0 && isReached(placement))
            {
                return placement.GetProperty("epoch").GetInt32();
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Waits until the master takes a node for this.</summary>
    public async Task UntilSeenAsync(ProcessNode node, string state)
    {
        while (await Master.StateOfAsync(node) != state)
        {
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }
}
