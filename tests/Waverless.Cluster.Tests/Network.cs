using System.Diagnostics;

namespace Waverless.ClusterProcesses;

/// <summary>
/// A network of its own for each node, on one bridge, whose links can be made bad. Needs root and
/// iproute2; what it makes is named after this process and goes with it.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private const int Port = 2500;

    /// <summary>Nobody's: what is sent there is lost without a word.</summary>
    private const string NobodysHardware = "02:00:5e:00:53:01";

    private static int _made;

    // One after the other: what is gone is gone a moment later.
    private readonly string _name =
        $"wv{Environment.ProcessId}{(char)('a' + (Interlocked.Increment(ref _made) % 26))}";
    private readonly int _subnet = Random.Shared.Next(1, 255);
    private readonly int _count;

    private Network(int count) => _count = count;

    /// <summary>Where the nodes are.</summary>
    public NodePlace[] Places =>
        [.. Nodes.Select(node => new NodePlace(node, AddressOf(node), Port, NameOf(node)))];

    private IEnumerable<int> Nodes => Enumerable.Range(1, _count);

    /// <summary>Why there can be none here; null: there can.</summary>
    public static async Task<string?> MissingAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "network namespaces need root on Linux";
        }

        await LeftNetworks.RemoveAsync();
        var probe = $"wv{Environment.ProcessId}-probe";
        var why =
            await TryAsync("ip", $"netns add {probe}")
            ?? await TryAsync("ip", $"link add {probe[..^3]} type bridge");
        await TryAsync("ip", $"link del {probe[..^3]}");
        await TryAsync("ip", $"netns del {probe}");
        return why is null ? null : $"network namespaces cannot be made: {why}";
    }

    public static async Task<Network> CreateAsync(int count)
    {
        var network = new Network(count);
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loses all that one node sends to another, in this direction only.</summary>
    public Task CutAsync(int from, int to) =>
        InAsync(
            from,
            $"ip neigh replace {AddressOf(to)} lladdr {NobodysHardware} dev eth0 nud permanent"
        );

    /// <summary>Undoes <see cref="CutAsync"/>.</summary>
    public Task HealAsync(int from, int to) =>
        InAsync(from, $"ip neigh del {AddressOf(to)} dev eth0");

    /// <summary>Makes what all nodes send go through a queue; the reason if it cannot.</summary>
    /// <param name="queue">A discipline of tc with its options.</param>
    public async Task<string?> TryShapeAsync(string queue)
    {
        foreach (var node in Nodes)
        {
            var tc = $"netns exec {NameOf(node)} tc qdisc replace dev eth0 root {queue}";
            if (await TryAsync("ip", tc) is { } why)
            {
                return why;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await TryAsync("ip", $"netns del {NameOf(node)}");
        }

        await TryAsync("ip", $"link del {_name}");
    }

    private async Task BuildAsync()
    {
        await RunAsync("ip", $"link add {_name} type bridge");
        await RunAsync("ip", $"addr add 10.213.{_subnet}.254/24 dev {_name}");
        await RunAsync("ip", $"link set {_name} up");
        foreach (var node in Nodes)
        {
            var outer = $"{_name}v{node}";
            await RunAsync("ip", $"netns add {NameOf(node)}");
            await RunAsync("ip", $"link add {outer} type veth peer name eth0 netns {NameOf(node)}");
            await RunAsync("ip", $"link set {outer} master {_name} up");
            await InAsync(node, $"ip addr add {AddressOf(node)}/24 dev eth0");
            await InAsync(node, "ip link set eth0 up");
            await InAsync(node, "ip link set lo up");
        }
    }

    private Task InAsync(int node, string command) =>
        RunAsync("ip", $"netns exec {NameOf(node)} {command}");

    private string NameOf(int node) => $"{_name}-{node}";

    private string AddressOf(int node) => $"10.213.{_subnet}.{node}";

    private static async Task RunAsync(string program, string arguments)
    {
        if (await TryAsync(program, arguments) is { } why)
        {
            throw new InvalidOperationException($"{program} {arguments}: {why}");
        }
    }

    /// <summary>Runs a program; what it says if it fails.</summary>
    internal static async Task<string?> TryAsync(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                }
            )!;
            var said = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? null : said.Trim();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
