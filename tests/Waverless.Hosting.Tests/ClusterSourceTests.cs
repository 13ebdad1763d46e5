using System.Text;
using Microsoft.Extensions.Configuration;
using Waverless.Cluster;
using Waverless.Hosting.Cluster;

namespace Waverless.Hosting;

/// <summary>A cluster named by configuration is read as one named by a file.</summary>
public sealed class ClusterSourceTests
{
    [Fact]
    public void Configuration_means_what_the_file_means()
    {
        const string Json = """
            {"Waverless": {"NodeId": 7, "Nodes": {
              "7": {"Addr": "[::1]:2500", "Spec": ["worker"], "Weight": 2.5, "Tags": ["ssd", "gpu"],
                    "Http": "http://x:80"},
              "3": {"Addr": "db-3:2500", "Spec": ["meta", "master"], "Tags": [],
                    "Domain": "https://db.example/x"}}}}
            """;
        const string Yaml = """
            nodes:
              7: {addr: "[::1]:2500", spec: [worker], weight: 2.5, tags: [ssd, gpu], http: "http://x:80"}
              3: {addr: "db-3:2500", spec: [meta, master], domain: "https://db.example/x"}
            """;
        var configured = FromJson(Json)!;
        using var file = new NodesFile(Yaml);
        var filed = ClusterSource.Read(file.Options(7), "/")!;
        Assert.Equal(Describe(filed), Describe(configured));
        Assert.Equal(new NodeId(7), configured.Self.Id);
        Assert.Equal("http://x:80", configured.Self.PublicUrl);
    }

    [Theory]
    [InlineData("addr", "nowhere", "Waverless:Nodes:1:Addr", "host:port")]
    [InlineData("addr", "a:65535", "Waverless:Nodes:1:Addr", "another, or 'http'")]
    [InlineData("weight", "-1", "Waverless:Nodes:1:Weight", "a number above 0")]
    [InlineData("weight", "heavy", "Waverless:Nodes:1:Weight", "a number above 0")]
    [InlineData("domain", "here", "Waverless:Nodes:1:Domain", "http://... or https://...")]
    [InlineData("http", "ftp://x", "Waverless:Nodes:1:Http", "http://... or https://...")]
    [InlineData("tags", "ssd", "Waverless:Nodes:1:Tags", "a list of words")]
    [InlineData("spec", "worker", "Waverless:Nodes:1:Spec", "a list of meta, master and worker")]
    [InlineData("adr", "a:1", "Waverless:Nodes:1:Adr", "did you mean 'addr'?")]
    public void A_defect_has_the_message_of_the_file_and_the_key_of_the_configuration(
        string key,
        string value,
        string path,
        string expected
    )
    {
        var parts = new Dictionary<string, string>
        {
            ["addr"] = "a:1",
            ["spec"] = "[worker, master]",
            [key] = value,
        };
        var text = string.Join(", ", parts.Select(p => $"{p.Key}: {Quoted(p.Value)}"));
        using var file = new NodesFile($"nodes: {{1: {{{text}}}}}");
        var filed = Assert.Throws<ClusterSetupException>(() =>
            ClusterSource.Read(file.Options(1), "/")
        );

        var settings = parts
            .Where(p => p.Value[0] != '[')
            .Select(p => (Capital(p.Key), p.Value))
            .Concat(key == "spec" ? [] : [("Spec:0", "worker"), ("Spec:1", "master")]);
        var configured = Assert.Throws<ClusterSetupException>(() =>
            FromSettings([
                ("NodeId", "1"),
                .. settings.Select(s => ($"Nodes:1:{s.Item1}", s.Item2)),
            ])
        );

        Assert.Contains($"'{path}': ", configured.Message, StringComparison.Ordinal);
        Assert.Contains(expected, configured.Message, StringComparison.Ordinal);
        var what = filed.Message[(filed.Message.IndexOf("): ", StringComparison.Ordinal) + 3)..];
        Assert.Contains(what.Trim(), configured.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_defects_are_named_at_once()
    {
        var failure = Assert.Throws<ClusterSetupException>(() =>
            FromSettings([("NodeId", "1"), ("Nodes:x:Addr", "a"), ("Nodes:2:Spec:0", "boss")])
        );
        foreach (var key in (string[])["Nodes:x'", "Nodes:x:Addr'", "Nodes:2'", "Nodes:2:Spec:0'"])
        {
            Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(
        null,
        "'Waverless:NodeId' is not set; expected one of the nodes of Waverless:Nodes"
    )]
    [InlineData("4", "'Waverless:NodeId' is 4; expected one of the nodes of Waverless:Nodes: 1")]
    public void The_host_has_to_be_one_of_them(string? id, string expected)
    {
        var failure = Assert.Throws<ClusterSetupException>(() =>
            FromSettings([
                ("NodeId", id),
                ("Nodes:1:Addr", "a:1"),
                ("Nodes:1:Spec:0", "worker"),
                ("Nodes:1:Spec:1", "master"),
            ])
        );
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_and_configured_nodes_are_one_too_many()
    {
        var failure = Assert.Throws<ClusterSetupException>(() =>
            FromSettings([("ClusterFile", "x.yaml"), ("NodeId", "1"), ("Nodes:1:Addr", "a:1")])
        );
        Assert.Contains("expected one of the two", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_either_the_node_is_by_itself() => Assert.Null(FromSettings([]));

    private static string Describe(ClusterSource source) =>
        string.Join(
            '\n',
            source.File.Nodes.Select(node =>
                $"{node.Address} {node.Roles} {node.Weight} {string.Join('+', node.Tags)} "
                + $"{node.HttpUrl} {node.PublicUrl}"
            )
        );

    private static string Quoted(string value) => value[0] == '[' ? value : $"'{value}'";

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static ClusterSource? FromJson(string json) =>
        Read(builder => builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    private static ClusterSource? FromSettings((string Key, string? Value)[] settings) =>
        Read(builder =>
            builder.AddInMemoryCollection(
                settings.Select(s => KeyValuePair.Create("Waverless:" + s.Key, s.Value))
            )
        );

    private static ClusterSource? Read(Action<IConfigurationBuilder> add)
    {
        var builder = new ConfigurationBuilder();
        add(builder);
        var options = new WaverlessOptions();
        options.Read(builder.Build().GetSection("Waverless"));
        return ClusterSource.Read(options, "/");
    }

    private sealed class NodesFile : IDisposable
    {
        private readonly string _path = Path.GetTempFileName();

        public NodesFile(string yaml) => File.WriteAllText(_path, yaml);

        public WaverlessOptions Options(uint node) => new() { ClusterFile = _path, NodeId = node };

        public void Dispose() => File.Delete(_path);
    }
}
