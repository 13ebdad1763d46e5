using System.Diagnostics;
using System.Globalization;

namespace Waverless.SampleProcesses;

/// <summary>
/// A process that a test started. Every wait is bounded, so that a hang fails with what was printed
/// until then; the bound is far above what anything takes on a busy machine.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process = new();
    private readonly OutputLines _output = new();

    private ChildProcess(
        string program,
        string workingFolder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        _process.StartInfo = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Tells which functions a restart went on with.
        _process.StartInfo.Environment["Logging__LogLevel__Waverless.Events"] = "Information";
        foreach (var (name, value) in environment)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => _output.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _output.Add(line.Data);
    }

    /// <summary>Everything printed so far, errors included.</summary>
    public string Output => _output.ToString();

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a sample, from a folder that has nothing to do with it.</summary>
    /// <param name="sample">The sample's name.</param>
    /// <param name="arguments">Its options.</param>
    public static ChildProcess Start(string sample, params IEnumerable<string> arguments) =>
        StartAt(SamplePrograms.PathOf(sample), arguments);

    /// <summary>Starts a sample, from a folder that has nothing to do with it.</summary>
    /// <param name="sample">The sample's name.</param>
    /// <param name="arguments">Its options.</param>
    /// <param name="environment">Variables that it has besides those of this process.</param>
    public static ChildProcess Start(
        string sample,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment
    ) => StartAt(SamplePrograms.PathOf(sample), arguments, environment);

    /// <summary>Starts a program, from a folder that has nothing to do with it.</summary>
    /// <param name="path">The program's full path.</param>
    /// <param name="arguments">Its options.</param>
    public static ChildProcess StartAt(string path, params IEnumerable<string> arguments) =>
        StartAt(path, arguments, new Dictionary<string, string>());

    private static ChildProcess StartAt(
        string path,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var child = new ChildProcess(path, Path.GetTempPath(), arguments, environment);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line that contains a text; fails if the process ends without it.</summary>
    /// <param name="text">The text.</param>
    public async Task<string> WaitForLineAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        var exit = _process.WaitForExitAsync(patience.Token);
        var line = _output.WaitForAsync(text);
        await Task.WhenAny(line, exit);
        return line.IsCompletedSuccessfully
            ? await line
            : throw new InvalidOperationException($"'{text}' was not printed:\n{Output}");
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process does not end:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends the process at once, as SIGKILL does, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    /// <summary>Stops the process where it stands (SIGSTOP); its connections stay.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets a frozen process go on (SIGCONT).</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        var number = Id.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("kill", [signal, number]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"kill {signal} {number} ended {kill.ExitCode}");
        }
    }
}
