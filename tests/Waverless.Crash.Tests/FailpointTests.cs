using Waverless.Crash.Node;
using Waverless.SampleProcesses;

namespace Waverless.Crash;

/// <summary>
/// Ends a node at named places between two steps, and at random moments, under transfers,
/// messages, timers, expiries, locks and backups at once, and looks at what is there after the
/// restart. WAVERLESS_FAILPOINT_HITS says how often each place is to be hit (0: a few of them,
/// once), WAVERLESS_FAILPOINT_PLACES which ones (with commas between), WAVERLESS_KILLS how many
/// random kills, WAVERLESS_CRASH_SEED when.
/// </summary>
public sealed class FailpointTests(ITestOutputHelper output) : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const int PlacesByDefault = 5;
    private const int KillsByDefault = 2;
    private const int TriesPerHit = 4;
    private const int CountMax = 12;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(4);

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(CrashSettings.Get("WAVERLESS_CRASH_SEED", 1));
    private readonly List<Load> _loads = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whatever_step_is_interrupted_nothing_is_lost_and_nothing_happens_twice()
    {
        var hits = CrashSettings.Get("WAVERLESS_FAILPOINT_HITS", 0);
        var all = await CrashNodeProcess.FailpointsAsync();
        Assert.True(all.Length >= 20, $"{all.Length} failpoints");

        // A restore is no part of a node's life; RestoreTests interrupt it.
        var places = all.Where(place => !place.StartsWith(RestoreTests.Places, Ordinal)).ToArray();
        _random.Shuffle(places);
        if (CrashSettings.List("WAVERLESS_FAILPOINT_PLACES") is { Length: > 0 } chosen)
        {
            Assert.Subset(all.ToHashSet(), chosen.ToHashSet());
            places = chosen;
        }
        else if (hits == 0)
        {
            places = places[..PlacesByDefault];
        }

        Begin();
        foreach (var place in places)
        {
            var done = 0;
            for (var tries = 0; done < Math.Max(1, hits); tries++)
            {
                Assert.True(
                    tries < TriesPerHit * Math.Max(1, hits),
                    $"{place} was hit {done} times in {tries} tries"
                );

                // Places that are passed seldom are hit by the later, smaller counts.
                var count = tries < TriesPerHit ? _random.Next(1, CountMax) : 1;
                done += await RoundAsync($"{place}:{count}") ? 1 : 0;
            }

            output.WriteLine($"{place}: {done} exits");
        }
    }

    [Fact]
    public async Task Whenever_it_is_killed_nothing_is_lost_and_nothing_happens_twice()
    {
        var kills = CrashSettings.Get("WAVERLESS_KILLS", KillsByDefault);
        Begin();
        for (var kill = 0; kill < kills; kill++)
        {
            await RoundAsync(failpoint: null);
        }

        output.WriteLine($"{kills} kills");
    }

    /// <summary>Groups are made under Disk only, single commits under Process only.</summary>
    private string Durability() => _random.Next(2) == 0 ? "Process" : "Disk";

    private void Begin() =>
        _loads.AddRange([
            new BankLoad(_random.Next()),
            new MailLoad(),
            new LeaseLoad(),
            new ClockLoad(),
            new GuardLoad(),
            new AlbumLoad(),
            new BackupLoad(_folder.Path),
            new UploadLoad(),
        ]);

    /// <summary>One life of a node, then one that must find everything; true: it ended itself.</summary>
    private async Task<bool> RoundAsync(string? failpoint)
    {
        var ended = await LiveAsync(failpoint);
        await using var node = await CrashNodeProcess.StartAsync(_folder.Path, null, "Process");
        Assert.NotNull(node);
        try
        {
            foreach (var load in _loads)
            {
                await load.VerifyAsync(node.Http);
            }
        }
        catch
        {
            output.WriteLine($"after {failpoint ?? "a kill"}:\n{node.Child.Output}");
            throw;
        }

        return ended;
    }

    private async Task<bool> LiveAsync(string? failpoint)
    {
        await using var node = await CrashNodeProcess.StartAsync(
            _folder.Path,
            failpoint,
            Durability()
        );
        if (node is null)
        {
            return true;
        }

        using var enough = new CancellationTokenSource();
        var calls = Task.WhenAll(_loads.Select(load => load.RunAsync(node.Http, enough.Token)));
        var moment = failpoint is null
            ? TimeSpan.FromMilliseconds(_random.Next(20, 1_500))
            : Enough;
        await Task.WhenAny(calls, Task.Delay(moment));
        var ended = node.Child.HasExited || calls.IsCompleted;
        await enough.CancelAsync();
        if (calls.IsCompleted || node.Child.HasExited)
        {
            // Only a failpoint may end it: an exit of its own would be a defect.
            Assert.Equal(CrashNodeProcess.KilledExitCode, await node.Child.WaitForExitAsync());
        }
        else
        {
            await node.Child.KillAsync();
        }

        await calls;
        return ended;
    }
}
