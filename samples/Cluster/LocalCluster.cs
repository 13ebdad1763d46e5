namespace ClusterSample;

/// <summary>A cluster of processes on this machine, in a temporary folder.</summary>
internal sealed class LocalCluster(Arguments arguments) : IAsyncDisposable
{
    private readonly string _folder = Directory
        .CreateTempSubdirectory("waverless-cluster-")
        .FullName;

    // Besides those of the file's nodes one for joins, and one for a node that joins.
    private readonly int[] _ports = ClusterFileText.FreePorts(arguments.Workers + 3);
    private readonly SortedDictionary<uint, ChildNode> _nodes = [];

    /// <summary>The processes that run, by the ids of their nodes; 1 is the master.</summary>
    public IReadOnlyDictionary<uint, ChildNode> Nodes => _nodes;

    /// <summary>Mails that Orders has sent, on whichever node.</summary>
    public int Mails => MailFolder.Exists ? MailFolder.GetFiles("*.eml").Length : 0;

    private DirectoryInfo MailFolder => new(Path.Combine(_folder, "mails"));

    private int FileNodes => arguments.Workers + 1;

    private string File => Path.Combine(_folder, "cluster.yaml");

    public async Task StartAsync()
    {
        await System.IO.File.WriteAllTextAsync(File, ClusterFileText.Write(_ports[..FileNodes]));
        await Task.WhenAll(Enumerable.Range(1, FileNodes).Select(node => StartAsync((uint)node)));
    }

    /// <summary>Starts a node, with what its life before has left.</summary>
    public async Task StartAsync(uint node)
    {
        var data = Path.Combine(_folder, $"node-{node}");
        await StartAsync(
            new ChildNode(
                node,
                _ports[node - 1],
                File,
                data,
                arguments.Transport,
                ("JoinPort", $"{_ports[^2]}")
            )
        );
    }

    /// <summary>Starts a node that is in no file: it joins by a token.</summary>
    public async Task<ChildNode> JoinAsync(uint node, string address, string token)
    {
        var data = Path.Combine(_folder, $"node-{node}");
        var child = new ChildNode(
            node,
            _ports[^1],
            "",
            data,
            arguments.Transport,
            ("Join__Address", address),
            ("Join__Token", token),
            ("Join__Node__Addr", $"127.0.0.1:{_ports[^1]}"),
            ("Join__Node__Spec__0", "worker"),
            ("CertificateFolder", Path.Combine(data, "certificates"))
        );
        await StartAsync(child);
        return child;
    }

    /// <summary>Ends a node that is not to come back.</summary>
    public async Task RemoveAsync(ChildNode node)
    {
        lock (_nodes)
        {
            _nodes.Remove(node.Id);
        }

        await node.DisposeAsync();
    }

    private async Task StartAsync(ChildNode child)
    {
        lock (_nodes)
        {
            _nodes[child.Id] = child;
        }

        await child.ReadyAsync();
    }

    public void Describe(TextWriter output)
    {
        output.WriteLine(System.IO.File.ReadAllText(File));
        foreach (var node in _nodes.Values)
        {
            output.WriteLine($"node {node.Id}: {node.Http.BaseAddress} (process {node.ProcessId})");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values)
        {
            await node.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
