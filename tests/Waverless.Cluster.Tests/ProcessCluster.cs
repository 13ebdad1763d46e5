using System.Globalization;
using System.Text.Json;
using Waverless.SampleProcesses;

namespace Waverless.ClusterProcesses;

/// <summary>One master and three workers, processes on this machine that know each other.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _transport;

    private ProcessCluster(string transport, int count)
    {
        _transport = transport;
        var ports = FreePorts.Find(count + 1);
        List<string> shared =
        [
            $"--Waverless:Transport={transport}",
            $"--Waverless:CertificateFolder={Path.Combine(_folder.Path, "certificates")}",
            $"--Waverless:JoinPort={ports[count]}",
        ];
        for (var id = 1; id <= count; id++)
        {
            var node = $"--Waverless:Nodes:{id}:";
            shared.Add($"{node}Addr=127.0.0.1:{ports[id - 1]}");
            shared.Add($"{node}Spec:0={(id == 1 ? "master" : "worker")}");
        }

        shared.Add("--Waverless:Nodes:1:Spec:1=meta");
        for (var id = 1; id <= count; id++)
        {
            string[] own =
            [
                $"--Waverless:NodeId={id.ToString(CultureInfo.InvariantCulture)}",
                $"--Waverless:DataFolder={Path.Combine(_folder.Path, $"node-{id}")}",
            ];
            Nodes.Add(new ProcessNode(id, ports[id - 1], [.. shared, .. own]));
        }
    }

    /// <summary>In the order of their ids.</summary>
    public List<ProcessNode> Nodes { get; } = [];

    public ProcessNode Master => Nodes[0];

    public static async Task<ProcessCluster> StartAsync(string transport, int count = 4)
    {
        var cluster = new ProcessCluster(transport, count);
        try
        {
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
            id,
            port,
            [
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

    public string Output() =>
        string.Join('\n', Nodes.Select(node => $"--- node {node.Id}\n{node.Output}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }
}
