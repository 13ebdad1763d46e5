using Waverless.SampleProcesses;

namespace Waverless.Crash;

/// <summary>
/// Kills QuickStart with SIGKILL again and again on one data folder, and looks at what is there
/// after each restart. WAVERLESS_CRASH_ROUNDS and WAVERLESS_CRASH_SEED say how often and when.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const int RoundsDefault = 6;
    private const int SeedDefault = 1;
    private const int RoundsThatMustHit = 24;
    private const string Left = "that an earlier run left";

    private readonly TemporaryFolder _folder = new();
    private readonly Ledger _ledger = new();
    private readonly Chain _chain = new();
    private int _lanesTakenUp;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_everything_triggered_runs()
    {
        var rounds = CrashSettings.Get("WAVERLESS_CRASH_ROUNDS", RoundsDefault);
        var seed = CrashSettings.Get("WAVERLESS_CRASH_SEED", SeedDefault);
        output.WriteLine($"{rounds} rounds, seed {seed}");
        var random = new Random(seed);
        var words = new WordCount(new Random(random.Next()));
        CrashLoad[] loads =
        [
            new("word_count", 600, (http, begun) => words.RunAsync(http, waits: true, begun)),
            new("longchain", 300, (http, begun) => _chain.RunAsync(http, waits: true, begun)),
            new(
                "a word_count that had answered",
                5,
                (http, begun) => words.RunAsync(http, waits: false, begun)
            ),
            new(
                "a longchain that had answered",
                1,
                (http, begun) => _chain.RunAsync(http, waits: false, begun)
            ),
        ];

        for (var round = 0; round < rounds; round++)
        {
            await KillWhileStartingAsync(random);
            await using var node = await QuickStartProcess.StartAsync(_folder.Path);
            await VerifyAsync(node, words);
            var load = loads[round % loads.Length];
            var story = await KillDuringAsync(node, load, random);
            output.WriteLine($"round {round + 1}: killed during {load.Name}, {story}");
        }

        await using var last = await QuickStartProcess.StartAsync(_folder.Path);
        await VerifyAsync(last, words);
        Assert.True(
            _lanesTakenUp > 0 || rounds < RoundsThatMustHit,
            "No kill left an event behind: nothing was tried."
        );
        output.WriteLine(
            $"{rounds} of {rounds} rounds passed; {_ledger.Kept} notes kept, none lost; "
                + $"{_lanesTakenUp} times a restart went on with a function's events"
        );
    }

    /// <summary>One time in four, kills also while the node takes up what was left.</summary>
    private async Task KillWhileStartingAsync(Random random)
    {
        var moment = random.Next(50, 800);
        if (random.Next(4) > 0)
        {
            return;
        }

        await using var child = ChildProcess.Start(
            "QuickStart",
            ["--urls", "http://127.0.0.1:0", "--data", _folder.Path, "--words", "1"]
        );
        await Task.Delay(moment);
        await child.KillAsync();
        output.WriteLine($"killed {moment} ms after a start");
    }

    private async Task VerifyAsync(QuickStartProcess node, WordCount words)
    {
        foreach (var line in node.Child.Output.Split('\n').Where(line => line.Contains(Left)))
        {
            _lanesTakenUp++;
            output.WriteLine(line);
        }

        try
        {
            await _chain.VerifyAsync(node.Http);
            await words.VerifyAsync(node.Http);
            await _ledger.VerifyAsync(node.Http);
        }
        catch
        {
            output.WriteLine(node.Child.Output);
            throw;
        }
    }

    private async Task<string> KillDuringAsync(
        QuickStartProcess node,
        CrashLoad load,
        Random random
    )
    {
        var moment = random.Next(load.MomentMaxMs);
        var begun = new TaskCompletionSource();
        var notes = _ledger.KeepAsync(node.Http);
        var calls = load.RunAsync(node.Http, begun);
        await Task.WhenAny(begun.Task, calls);
        await Task.Delay(moment);
        await node.Child.KillAsync();
        return $"{moment} ms in; {await calls} calls answered, {await notes} notes kept";
    }
}
