using System.Text;
using Waverless.Apps;
using Waverless.Cluster.Files;

namespace Waverless.Cluster;

public sealed class ClusterFileReaderTests
{
    [Fact]
    public void The_seeds_file_is_read_as_it_stands()
    {
        var file = Read(
            """
            # The seed's "Cluster Config Format", as intended.
            nodes:
              1:
                addr: 127.0.0.1:2500
                domain:          # optional
                spec: [meta, master]
              2:
                addr: 127.0.0.1:2505
                domain:          # optional
                spec: [meta, worker]
            loki:
              addr:              # optional, for cluster deployment
            """
        );
        Assert.Equal(
            ["1@127.0.0.1:2500", "2@127.0.0.1:2505"],
            file.Nodes.Select(n => $"{n.Address}")
        );
        Assert.Equal(NodeRoles.Meta | NodeRoles.Master, file.Nodes[0].Roles);
        Assert.Equal(NodeRoles.Meta | NodeRoles.Worker, file.Nodes[1].Roles);
        Assert.All(file.Nodes, node => Assert.Null(node.Domain));
        Assert.Null(file.LokiAddress);
    }

    [Fact]
    public void Everything_that_a_node_can_say_is_taken_over()
    {
        var file = Read(
            """
            nodes:
              7: {addr: "[::1]:2500", spec: [worker], weight: 2.5, tags: [ssd, gpu], http: "http://x:80"}
              3: {addr: "db-3:2500", spec: [master], domain: "https://db.example/x"}
            loki: {addr: "logs:3100"}
            """
        );
        Assert.Equal([3u, 7u], file.Nodes.Select(node => node.Id.Value));
        Assert.Equal("https://db.example/x", file.Nodes[0].Domain);
        Assert.Equal("::1", file.Nodes[1].Address.Host);
        Assert.Equal(2.5, file.Nodes[1].Weight);
        Assert.Equal(["ssd", "gpu"], file.Nodes[1].Tags);
        Assert.Equal("http://x:80", file.Nodes[1].HttpAddress);
        Assert.Equal("logs:3100", file.LokiAddress);
    }

    [Theory]
    [InlineData("nodes: {0: {addr: 'a:1', spec: [worker]}}", "a whole number from 1")]
    [InlineData("nodes: {x: {addr: 'a:1', spec: [worker]}}", "a whole number from 1")]
    [InlineData("nodes: {1: {spec: [worker]}}", "host:port")]
    [InlineData("nodes: {1: {addr: a, spec: [worker]}}", "host:port")]
    [InlineData("nodes: {1: {addr: 'a:0', spec: [worker]}}", "host:port")]
    [InlineData("nodes: {1: {addr: 'a:70000', spec: [worker]}}", "host:port")]
    [InlineData("nodes: {1: {addr: 'a:1'}}", "a list of meta, master and worker")]
    [InlineData("nodes: {1: {addr: 'a:1', spec: [boss]}}", "a list of meta, master and worker")]
    [InlineData("nodes: {1: {addr: 'a:1', spec: [meta]}}", "master, worker or both")]
    [InlineData("nodes: {1: {addr: 'a:1', spec: [master]}}", "at least one 'spec' with worker")]
    [InlineData("nodes: {1: {addr: 'a:1', spec: [worker]}}", "at least one 'spec' with master")]
    [InlineData("nodes: {1: {adr: 'a:1', spec: [worker]}}", "did you mean 'addr'?")]
    [InlineData("nodes: {1: {addr: 'a:1', spec: [worker], domain: x}}", "http://")]
    [InlineData("nodes: {1: {addr: 'a:1', spec: [worker], weight: -1}}", "a number above 0")]
    [InlineData("nodes: {1: {addr: 'a:1', spec: [worker], tags: x}}", "a list of words")]
    [InlineData("nodes: []", "a mapping of ids to nodes")]
    [InlineData("node: {}", "did you mean 'nodes'?")]
    [InlineData(
        "nodes: {1: {addr: 'a:1', spec: [worker, master]}, 2: {addr: 'a:1', spec: [worker]}}",
        "one for each"
    )]
    public void A_defect_is_named_with_its_place_and_what_was_expected(string yaml, string expected)
    {
        var failure = Assert.Throws<ManifestException>(() => Read(yaml));
        Assert.Contains("cluster.yaml(1,", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static ClusterFile Read(string yaml) =>
        ClusterFileReader.Read(Encoding.UTF8.GetBytes(yaml), "cluster.yaml");
}
