namespace Scorecard.Children;

/// <summary>Servers of several kinds, each in a process of its own.</summary>
internal sealed class ChildServers : IAsyncDisposable
{
    private readonly Child[] _servers;

    private ChildServers(Child[] servers, int[] ports) => (_servers, Ports) = (servers, ports);

    /// <summary>Where they listen, in the order of their kinds.</summary>
    public int[] Ports { get; }

    public static async Task<ChildServers> StartAsync(params string[] kinds)
    {
        var servers = kinds.Select(kind => Child.Start("serve", kind)).ToArray();
        var started = new ChildServers(servers, new int[servers.Length]);
        try
        {
            for (var server = 0; server < servers.Length; server++)
            {
                started.Ports[server] = await PortAsync(servers[server]);
            }
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }

        return started;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.StopAsync();
            server.Dispose();
        }
    }

    private static async Task<int> PortAsync(Child child) =>
        int.TryParse(await child.ReadLineAsync(), out var port)
            ? port
            : throw new InvalidOperationException("A server did not say its port.");
}
