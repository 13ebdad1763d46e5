using Waverless.Invocations;
using Waverless.Runtime.Managed;
using Waverless.Scheduling;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// A cluster that is asked for three times what it can do, for a minute, by clients that ask again
/// when they are refused; then for as much as it can do well. Requests come whether the ones before
/// were answered or not.
/// </summary>
/// <param name="seed">What happens when.</param>
/// <param name="queue">Calls that may wait for their turn, of each function on each node.</param>
/// <param name="patience">After which an answer is of no use.</param>
/// <param name="knowsPatience">Whether the cluster knows of that.</param>
internal sealed class OverloadStorm(int seed, int queue, TimeSpan patience, bool knowsPatience)
{
    public const double CalmShare = 0.7;
    public const double OverloadShare = 3;
    public const int CalmSeconds = 10;
    public const int OverloadSeconds = 60;
    public const int AfterSeconds = 30;

    private const int Nodes = 3;

    // One of the app that runs anywhere, and one of that which is at home there.
    private const int Concurrency = 2;
    private const int TriesMax = 3;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(50);

    private readonly ClusterSim _sim = new(seed, Nodes)
    {
        Scheduler = new RandomScheduler(new SeededSequence((ulong)seed)),
    };

    private readonly int[] _good = new int[CalmSeconds + OverloadSeconds + AfterSeconds];
    private readonly int[] _asked = new int[CalmSeconds + OverloadSeconds + AfterSeconds];
    private int _open;

    /// <summary>What the cluster can do in a second.</summary>
    public static double Capacity => Nodes * Concurrency / Work.TotalSeconds;

    /// <summary>Requests that came in each second.</summary>
    public IReadOnlyList<int> Asked => _asked;

    /// <summary>Those of them that were answered while that was of use.</summary>
    public IReadOnlyList<int> Good => _good;

    /// <summary>Answers by what they said, however late.</summary>
    public SortedDictionary<InvocationStatus, int> Answers { get; } = [];

    /// <summary>Longest time until an answer of any kind.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Most calls that were open at once.</summary>
    public int OpenMax { get; private set; }

    public void Run()
    {
        // Anywhere, so that two of three calls are handed on; and where its keys are.
        Add("any", f => f.Rpc());
        for (var i = 0; i < Nodes; i++)
        {
            var app = Enumerable
                .Range(0, 1_000)
                .Select(n => $"home-{n}")
                .First(app => _sim.HomeOf(app) == i + 1);
            Add(app, f => f.Rpc().Reads("k_{}"));
        }

        _sim.Run(async () =>
        {
            await _sim.ConvergedAsync();
            var asking = new List<Task>();
            for (var second = 0; second < _asked.Length; second++)
            {
                var isOverload = second is >= CalmSeconds and < CalmSeconds + OverloadSeconds;
                await AskForASecondAsync(second, isOverload ? OverloadShare : CalmShare, asking);
            }

            await Task.WhenAll(asking);
        });
    }

    private void Add(string name, Action<FunctionBuilder> declare)
    {
        var app = _sim.App(name);

        // Half of what comes is for the one that runs anywhere: each gets what it can do.
        app.Limits = app.Limits with
        {
            Concurrency = 1,
            Queue = queue,
        };
        app.Function("work", declare, _ => _sim.Loop.DelayAsync(Work));
        app.With("work", function => function with { Limits = app.Limits });
    }

    /// <summary>Requests at moments that do not wait for each other.</summary>
    private async Task AskForASecondAsync(int second, double share, List<Task> asking)
    {
        var rate = share * Capacity;
        for (var at = Pause(rate); at < 1; at += Pause(rate))
        {
            asking.Add(AskAsync(second, at));
        }

        await _sim.Loop.DelayAsync(1);
    }

    /// <summary>As a Poisson process has them.</summary>
    private double Pause(double rate) => -Math.Log(1 - _sim.Loop.Random.NextDouble()) / rate;

    private async Task AskAsync(int second, double at)
    {
        await _sim.Loop.DelayAsync(at);
        _asked[second]++;
        var app = _sim.Apps[_sim.Loop.Random.Next(2) == 0 ? 0 : _sim.Loop.Random.Next(1, 4)];
        var began = _sim.Loop.Clock.Elapsed;
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var node = _sim.Nodes[(uint)_sim.Loop.Random.Next(1, Nodes + 1)];
            OpenMax = Math.Max(OpenMax, ++_open);
            var sent = _sim.Loop.Clock.Elapsed;
            var left = patience - (sent - began);
            var answer = await node.CallAsync(
                app.Name + "/work",
                timeout: knowsPatience ? left : null
            );
            _open--;
            Answers[answer.Status] = Answers.GetValueOrDefault(answer.Status) + 1;
            var now = _sim.Loop.Clock.Elapsed;
            Longest = now - sent > Longest ? now - sent : Longest;
            if (answer.IsCompleted)
            {
                _good[second] += now - began <= patience ? 1 : 0;
                return;
            }

            // Half of them do not wait as they are told to.
            await _sim.Loop.DelayAsync(_sim.Loop.Random.Next(2) * 0.5);
            if (_sim.Loop.Clock.Elapsed - began >= patience)
            {
                return;
            }
        }
    }
}
