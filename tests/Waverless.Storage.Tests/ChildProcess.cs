using System.Diagnostics;
using System.Text;
using Waverless.Contracts.Storage;
using Waverless.Kv;
using Waverless.Storage.Backups;

namespace Waverless.Storage;

/// <summary>
/// This test program started again in another role, so that there is a process to kill. The role
/// comes by environment variable and is taken in a startup hook, before the test runner starts.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    public const string HoldRole = "hold";
    public const string WriteRole = "write";

    /// <summary>Restores the backup beside the folder; a step's name behind it ends it there.</summary>
    public const string RestoreRole = "restore-until-";

    private const string RoleVariable = "WAVERLESS_STORAGE_CHILD";
    private const string FolderVariable = "WAVERLESS_STORAGE_FOLDER";

    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static ChildProcess Start(string role, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(ChildProcess).Assembly.Location;
        start.Environment[RoleVariable] = role;
        start.Environment[FolderVariable] = folder;
        return new ChildProcess(Process.Start(start)!);
    }

    public ValueTask<string?> ReadLineAsync(CancellationToken ct) =>
        _process.StandardOutput.ReadLineAsync(ct);

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    /// <summary>Plays the role that the parent asked for, and ends the process.</summary>
    public static void TakeRole()
    {
        var role = Environment.GetEnvironmentVariable(RoleVariable)!;
        var options = new RocksDbStorageOptions
        {
            Folder = Environment.GetEnvironmentVariable(FolderVariable)!,
        };
        if (role.StartsWith(RestoreRole, StringComparison.Ordinal))
        {
            RestoreAsync(role[RestoreRole.Length..], options.Folder).GetAwaiter().GetResult();
        }

        RunAsync(role, options).GetAwaiter().GetResult();
        Environment.Exit(0);
    }

    private static Task<BackupManifest> RestoreAsync(string end, string folder)
    {
        var backup = Path.Combine(Path.GetDirectoryName(folder)!, "backup");
        return new StoreRestore(backup, folder, DateTimeOffset.UnixEpoch)
        {
            Reached = step =>
            {
                if (step.ToString() == end)
                {
                    Console.WriteLine(end);
                    Process.GetCurrentProcess().Kill();
                    Thread.Sleep(Timeout.Infinite);
                }
            },
        }.RunAsync(CancellationToken.None);
    }

    private static async Task RunAsync(string role, RocksDbStorageOptions options)
    {
        var engine = new RocksDbStorageEngine(options);
        await engine.OpenAsync(
            new RecordingListener(),
            TimeProvider.System,
            CancellationToken.None
        );
        Console.WriteLine("open");
        if (role == WriteRole)
        {
            // More than one writer, so that the kill also hits groups.
            await Task.WhenAll(Enumerable.Range(0, 3).Select(w => WriteAsync(engine, w)));
        }

        // The parent kills us; if it dies itself, its end of our input closes.
        await Console.In.ReadToEndAsync();
    }

    /// <summary>Counts up in a key of its own, and says each number once it is acknowledged.</summary>
    private static Task WriteAsync(RocksDbStorageEngine engine, int writer) =>
        Task.Run(async () =>
        {
            for (var i = 1; i < 1_000_000; i++)
            {
                var commit = new Commit();
                commit.Put(Encoding.UTF8.GetBytes($"w{writer}"), BitConverter.GetBytes(i));
                commit.Put(Encoding.UTF8.GetBytes($"w{writer}/copy"), BitConverter.GetBytes(i));
                var result = await engine.CommitAsync(
                    new PartitionId("shop", 0),
                    commit,
                    CancellationToken.None
                );
                if (!result.IsCommitted)
                {
                    throw new InvalidOperationException(result.Reason);
                }

                Console.WriteLine($"{writer} {i} {result.Revision.Number}");
            }
        });
}
