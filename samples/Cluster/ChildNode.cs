using System.Diagnostics;
using System.Globalization;

namespace ClusterSample;

/// <summary>A node in a process of its own.</summary>
internal sealed class ChildNode : IAsyncDisposable
{
    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <param name="id">Which node it is.</param>
    /// <param name="port">Where it listens for other nodes; for HTTP one above.</param>
    /// <param name="file">The cluster file; empty: it joins, as the settings say.</param>
    /// <param name="data">Its folder.</param>
    /// <param name="transport">What it talks over.</param>
    /// <param name="settings">Further ones of the section Waverless.</param>
    public ChildNode(
        uint id,
        int port,
        string file,
        string data,
        string transport,
        params IEnumerable<(string Key, string Value)> settings
    )
    {
        Id = id;
        Http = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port + 1}"),
            Timeout = TimeSpan.FromSeconds(30),
        };
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        string[] words =
        [
            typeof(ChildNode).Assembly.Location,
            "--node",
            id.ToString(CultureInfo.InvariantCulture),
            "--data",
            data,
            "--transport",
            transport,
            .. file.Length > 0 ? (string[])["--file", file] : [],
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (key, value) in settings)
        {
            start.Environment[$"Waverless__{key}"] = value;
        }

        // Where HTTP is taken then is for the node to say: a port above its own.
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment.Remove("ASPNETCORE_HTTP_PORTS");
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.Exited += (_, _) =>
            _ready.TrySetException(new InvalidOperationException($"node {id} has ended"));
        _process.Start();
        _process.BeginOutputReadLine();
    }

    public uint Id { get; }

    public HttpClient Http { get; }

    public int ProcessId => _process.Id;

    public Task ReadyAsync() => _ready.Task.WaitAsync(ReadyMax);

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: the process stands still, its connections stay.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal("-CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        Http.Dispose();
    }

    private void Signal(string signal)
    {
        var pid = ProcessId.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("kill", [signal, pid]);
        kill.WaitForExit();
    }

    private void Heard(string? line)
    {
        if (line == "ready")
        {
            _ready.TrySetResult();
        }
        else if (line is not null)
        {
            Console.WriteLine($"  [node {Id}] {line}");
        }
    }
}
