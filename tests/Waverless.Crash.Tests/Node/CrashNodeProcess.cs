using Waverless.SampleProcesses;

namespace Waverless.Crash.Node;

/// <summary>A running crash node, which may end at any moment.</summary>
internal sealed class CrashNodeProcess : IAsyncDisposable
{
    /// <summary>The exit code of a process that ended at a failpoint: 128 + SIGKILL.</summary>
    public const int KilledExitCode = 128 + 9;

    private const string Program = "Waverless.CrashNode";
    private const string Variable = "WAVERLESS_FAILPOINT";

    private CrashNodeProcess(ChildProcess child, Uri address)
    {
        Child = child;
        Http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(3) };
    }

    public ChildProcess Child { get; }

    public HttpClient Http { get; }

    /// <summary>The places where the node can be made to end.</summary>
    public static async Task<string[]> FailpointsAsync()
    {
        await using var child = ChildProcess.Start(Program, ["--failpoints"]);
        Assert.Equal(0, await child.WaitForExitAsync());
        return child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Restores a backup; the exit code of the process that did, or died over it.</summary>
    public static async Task<int> RestoreAsync(string folder, string backup, string failpoint)
    {
        await using var child = ChildProcess.Start(
            Program,
            ["--restore", Path.Combine(folder, "backups", backup), "--data", DataOf(folder)],
            new Dictionary<string, string> { [Variable] = failpoint }
        );
        return await child.WaitForExitAsync();
    }

    /// <summary>Starts a node; null if it ended before it listened, at its failpoint.</summary>
    /// <param name="folder">Where its data and its backups are.</param>
    /// <param name="durability">Process or Disk.</param>
    /// <param name="failpoint">Where it is to end: <c>Name:N</c>; null: nowhere.</param>
    public static async Task<CrashNodeProcess?> StartAsync(
        string folder,
        string? failpoint,
        string durability
    )
    {
        var environment = new Dictionary<string, string>();
        if (failpoint is not null)
        {
            environment[Variable] = failpoint;
        }

        var child = ChildProcess.Start(
            Program,
            [
                .. new[] { "--data", DataOf(folder) },
                .. new[] { "--backups", Path.Combine(folder, "backups") },
                .. new[] { "--durability", durability },
            ],
            environment
        );
        try
        {
            const string Announced = "listens on ";
            var line = await child.WaitForLineAsync(Announced);
            var start = line.IndexOf(Announced, StringComparison.Ordinal) + Announced.Length;
            return new CrashNodeProcess(child, new Uri(line[start..]));
        }
        catch (InvalidOperationException) when (failpoint is not null && child.HasExited)
        {
            await child.DisposeAsync();
            return null;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Child.DisposeAsync();
    }

    private static string DataOf(string folder) => Path.Combine(folder, "data");
}
