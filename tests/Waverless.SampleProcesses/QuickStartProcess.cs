namespace Waverless.SampleProcesses;

/// <summary>A running QuickStart that answers requests.</summary>
public sealed class QuickStartProcess : IAsyncDisposable
{
    private QuickStartProcess(ChildProcess child, Uri address)
    {
        Child = child;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(3) };
    }

    /// <summary>The process.</summary>
    public ChildProcess Child { get; }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it on a free port and waits until it listens.</summary>
    /// <param name="dataFolder">Where it keeps its data.</param>
    public static async Task<QuickStartProcess> StartAsync(string dataFolder)
    {
        var child = ChildProcess.Start(
            "QuickStart",
            ["--urls", "http://127.0.0.1:0", "--data", dataFolder, "--words", "1"]
        );
        try
        {
            const string Announced = "listens on ";
            var line = await child.WaitForLineAsync(Announced);
            var start = line.IndexOf(Announced, StringComparison.Ordinal) + Announced.Length;
            return new QuickStartProcess(child, new Uri(line[start..]));
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Child.DisposeAsync();
    }
}
