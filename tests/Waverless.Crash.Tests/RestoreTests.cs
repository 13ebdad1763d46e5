using Waverless.Crash.Node;
using Waverless.SampleProcesses;

namespace Waverless.Crash;

/// <summary>
/// Ends a restore at each of its steps: the next start finds all of the old store or all of the
/// restored one. WAVERLESS_FAILPOINT_HITS says how often each step is hit.
/// </summary>
public sealed class RestoreTests(ITestOutputHelper output) : IDisposable
{
    public const string Places = "Restore";

    private const string Backup = "base";

    private readonly TemporaryFolder _folder = new();
    private readonly BankLoad _bank = new(seed: 7);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_interrupted_restore_leaves_the_old_store_or_the_restored_one()
    {
        var hits = Math.Max(1, CrashSettings.Get("WAVERLESS_FAILPOINT_HITS", 1));
        await LiveAsync(backs: true);
        var all = await CrashNodeProcess.FailpointsAsync();
        foreach (
            var place in all.Where(place => place.StartsWith(Places, StringComparison.Ordinal))
        )
        {
            for (var hit = 0; hit < hits; hit++)
            {
                var code = await CrashNodeProcess.RestoreAsync(_folder.Path, Backup, place);
                Assert.Equal(CrashNodeProcess.KilledExitCode, code);
                await LiveAsync(backs: false);
                output.WriteLine($"{place}: {hit + 1} exits");
            }
        }
    }

    /// <summary>A node that must find a whole store, and changes it before it is killed.</summary>
    private async Task LiveAsync(bool backs)
    {
        await using var node = await CrashNodeProcess.StartAsync(_folder.Path, null, "Process");
        Assert.NotNull(node);
        Assert.Contains("IsSound = True", await node.Http.GetStringAsync("/integrity"));
        Assert.True(await Calls.PostAsync(node.Http, "/resume", ""));
        await _bank.VerifyRestoredAsync(node.Http);
        await RunAsync(node);
        if (backs)
        {
            Assert.True(await Calls.PostAsync(node.Http, $"/backup?name={Backup}", ""));
            await RunAsync(node);
        }

        await node.Child.KillAsync();
    }

    private async Task RunAsync(CrashNodeProcess node)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await _bank.RunAsync(node.Http, enough.Token);
    }
}
