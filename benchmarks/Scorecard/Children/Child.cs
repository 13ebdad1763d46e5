using System.Diagnostics;

namespace Scorecard.Children;

/// <summary>This program once more, in a process of its own; it ends when its input ends.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan WaitTime = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static Child Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(typeof(Child).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new Child(Process.Start(start)!);
    }

    public Task<string?> ReadLineAsync() =>
        _process.StandardOutput.ReadLineAsync().WaitAsync(WaitTime);

    /// <summary>Lets it end by itself; kills it if it does not.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(WaitTime);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
