using System.Text.Json;
using Waverless.SampleProcesses;

namespace Waverless.ClusterProcesses;

/// <summary>A node in a process of its own, and whoever calls it.</summary>
internal sealed class ProcessNode(int id, int port, IReadOnlyList<string> options)
    : IAsyncDisposable
{
    private const string Api = "/_waverless/api/v1/cluster/";
    private ChildProcess? _process;

    public int Id => id;

    public HttpClient Http { get; } =
        new()
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port + 1}"),
            // Longer than any answer may take: a request that ends so was lost.
            Timeout = TimeSpan.FromMinutes(2),
        };

    /// <summary>
    /// Whether callers may find nobody there: from before it is killed until it serves again.
    /// </summary>
    public bool MayBeAway { get; private set; } = true;

    public string Output => _process?.Output ?? "";

    /// <summary>Starts it, with what its life before has left.</summary>
    public async Task StartAsync()
    {
        _process = ChildProcess.Start("Waverless.ClusterNode", options);
        await _process.WaitForLineAsync("listens on");
        MayBeAway = false;
    }

    public async Task KillAsync()
    {
        MayBeAway = true;
        await _process!.KillAsync();
        await _process.DisposeAsync();
    }

    public Task FreezeAsync() => _process!.FreezeAsync();

    public Task ThawAsync() => _process!.ThawAsync();

    /// <summary>What this node takes another one for.</summary>
    public async Task<string> StateOfAsync(ProcessNode other)
    {
        return (await GetAsync("members"))
            .GetProperty("members")
            .EnumerateArray()
            .Single(member => member.GetProperty("node").GetInt32() == other.Id)
            .GetProperty("state")
            .GetString()!;
    }

    /// <summary>What it tells of the cluster.</summary>
    public async Task<JsonElement> GetAsync(string what)
    {
        using var answer = await Http.GetAsync(Api + what);
        return await ReadAsync(answer);
    }

    /// <summary>Has it change something of the cluster.</summary>
    public async Task<JsonElement> PostAsync(string what)
    {
        using var answer = await Http.PostAsync(Api + what, null);
        return await ReadAsync(answer);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
