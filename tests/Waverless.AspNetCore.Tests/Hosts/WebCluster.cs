using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Hosts;

/// <summary>
/// Nodes in memory, described by configuration, that talk over TCP on the loopback; each behind a
/// Kestrel that nobody told where to listen.
/// </summary>
internal sealed class WebCluster : IAsyncDisposable
{
    /// <summary>A setting: nodes keep their data over restarts.</summary>
    public const string KeepsData = "Tests:KeepsData";

    private readonly string _folder = Directory.CreateTempSubdirectory("waverless-web-").FullName;
    private readonly List<WebApplication> _apps = [];
    private readonly List<WebApplication> _joined = [];
    private readonly int[] _ports;
    private readonly Dictionary<string, string?> _settings;

    private WebCluster(int nodes, (string Key, string? Value)[] settings)
    {
        _ports = FreePorts(nodes);
        _settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Waverless:Transport"] = "Tcp",
            ["Waverless:DataFolder"] = null,
            ["Waverless:CertificateFolder"] = _folder,
        };
        for (var i = 0; i < nodes; i++)
        {
            var node = $"Waverless:Nodes:{i + 1}";
            _settings[node + ":Addr"] = $"127.0.0.1:{_ports[i]}";
            _settings[node + ":Spec:0"] = i == 0 ? "master" : "worker";
            _settings[node + ":Spec:1"] = i == 0 && nodes == 1 ? "worker" : "meta";
        }

        foreach (var (key, value) in settings)
        {
            _settings[key] = value;
        }
    }

    /// <summary>Clients of the nodes, in the order of their ids.</summary>
    public List<HttpClient> Clients { get; } = [];

    public static async Task<WebCluster> StartAsync(
        int nodes,
        params (string Key, string? Value)[] settings
    )
    {
        var cluster = new WebCluster(nodes, settings);
        cluster._apps.AddRange(Enumerable.Range(1, nodes).Select(cluster.Build));
        await Task.WhenAll(cluster._apps.Select(app => app.StartAsync()));
        cluster.Clients.AddRange(
            Enumerable
                .Range(1, nodes)
                .Select(node => new HttpClient { BaseAddress = cluster.ListensAt(node).Single() })
        );
        return cluster;
    }

    public int PortOf(int node) => _ports[node - 1];

    /// <summary>Where the server of a node listens.</summary>
    public IEnumerable<Uri> ListensAt(int node) =>
        _apps[node - 1]
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Select(address => new Uri(address));

    /// <summary>Stops a node.</summary>
    public Task StopAsync(int node) => _apps[node - 1].StopAsync();

    /// <summary>Stops a node and starts it again, with what it has kept.</summary>
    public async Task RestartAsync(int node)
    {
        await _apps[node - 1].StopAsync();
        await _apps[node - 1].DisposeAsync();
        _apps[node - 1] = Build(node);
        await _apps[node - 1].StartAsync();
    }

    /// <summary>Starts a host that joins; it keeps its certificate in a folder of this name.</summary>
    public async Task<HttpClient> JoinAsync(
        string name,
        string address,
        string? token,
        params (string Key, string? Value)[] settings
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Waverless:Transport"] = "Tcp",
                ["Waverless:CertificateFolder"] = Path.Combine(_folder, name),
                ["Waverless:DataFolder"] = Path.Combine(_folder, name, "data"),
                ["Waverless:Join:Address"] = address,
                ["Waverless:Join:Token"] = token,
                ["Waverless:Join:Node:Addr"] = $"127.0.0.1:{FreePorts(1)[0]}",
                ["Waverless:Join:Node:Spec:0"] = "worker",
            }
        );
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        var app = Finish(builder);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        _joined.Add(app);
        var url = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        return new HttpClient { BaseAddress = new Uri(url) };
    }

    /// <summary>Stops the host that joined last.</summary>
    public Task StopJoinedAsync() => _joined[^1].StopAsync();

    public async ValueTask DisposeAsync()
    {
        Clients.ForEach(client => client.Dispose());
        foreach (var app in _joined.Concat(_apps))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private WebApplication Build(int node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Configuration["Waverless:NodeId"] = $"{node}";
        if (_settings.ContainsKey(KeepsData))
        {
            builder.Configuration["Waverless:DataFolder"] = Path.Combine(_folder, $"node-{node}");
        }

        return Finish(builder);
    }

    private static WebApplication Finish(WebApplicationBuilder builder)
    {
        builder.Services.AddWaverless();
        builder.Services.AddSingleton<IFunctionRuntime, JarRuntime>();
        var app = builder.Build();
        app.MapWaverless();
        return app;
    }

    /// <summary>Free now, with the one above; outgoing connections use others.</summary>
    public static int[] FreePorts(int count)
    {
        var found = new HashSet<int>();
        while (found.Count < count)
        {
            var port = Random.Shared.Next(5_000, 15_000) * 2;
            if (IsFree(port) && IsFree(port + 1))
            {
                found.Add(port);
            }
        }

        return [.. found];
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
