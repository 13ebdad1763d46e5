using System.Globalization;
using Waverless.SampleProcesses;

namespace Waverless.ClusterProcesses;

/// <summary>One master and three workers, processes on this machine that know each other.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private const int Count = 4;
    private readonly TemporaryFolder _folder = new();

    private ProcessCluster(string transport)
    {
        var ports = FreePorts.Find(Count);
        List<string> shared =
        [
            $"--Waverless:Transport={transport}",
            $"--Waverless:CertificateFolder={Path.Combine(_folder.Path, "certificates")}",
        ];
        for (var id = 1; id <= Count; id++)
        {
            var node = $"--Waverless:Nodes:{id}:";
            shared.Add($"{node}Addr=127.0.0.1:{ports[id - 1]}");
            shared.Add($"{node}Spec:0={(id == 1 ? "master" : "worker")}");
        }

        shared.Add("--Waverless:Nodes:1:Spec:1=meta");
        for (var id = 1; id <= Count; id++)
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

    public static async Task<ProcessCluster> StartAsync(string transport)
    {
        var cluster = new ProcessCluster(transport);
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
