using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Waverless.Transport.Processes;

/// <summary>A node in a process of its own.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;

    private NodeProcess(Process process) => _process = process;

    public int Port { get; private set; }

    public static async Task<NodeProcess> StartAsync(TransportKind kind, string folder, int port)
    {
        var start = new ProcessStartInfo(
            Program,
            [kind.ToString(), folder, "2", port.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        return new NodeProcess(process)
        {
            Port = int.Parse(line ?? "", CultureInfo.InvariantCulture),
        };
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Freezes it, or lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        // Also ends one that is frozen.
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Program =>
        typeof(NodeProcess)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "TransportNode")
            .Value!;
}
