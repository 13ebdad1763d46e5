using System.Diagnostics;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Timers;

namespace Scorecard.Rows;

/// <summary>
/// From the moment of a timer to the first instruction of its .NET function, one timer at a time
/// on an idle node. For comparison, how late a bare timer of the runtime is.
/// </summary>
internal sealed class TimerDueRow : IRow
{
    private const string App = "due";
    private const int Warmup = 20;
    private const int Firings = 300;
    private static readonly TimeSpan LandTime = TimeSpan.FromSeconds(10);

    private readonly Random _random = new(1);
    private TaskCompletionSource<DateTimeOffset> _landed = new();

    public string Name => "timer-due";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        Func<FunctionContext, ValueTask<InvocationResult>> land = _ =>
        {
            var now = DateTimeOffset.UtcNow;
            _landed.TrySetResult(now);
            return new(InvocationResult.Completed());
        };
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless => waverless.AddFunction($"{App}/land", land, f => f.Rpc())
        );
        var timers = node.Services.GetRequiredKeyedService<ITimers>(App);
        var late = new double[Firings];
        var bare = new double[Firings];
        for (var index = -Warmup; index < Firings; index++)
        {
            var (one, other) = (await FireAsync(timers), await FireBareAsync());
            if (index >= 0)
            {
                (late[index], bare[index]) = (one, other);
            }
        }

        const string Against = "a bare System.Threading.Timer, due to callback";
        var (median, bareMedian) = (Comparison.Median(late), Comparison.Median(bare));
        var (p99, bareP99) = (Percentile(late), Percentile(bare));
        return
        [
            new(
                "timer due to function, p50",
                "ms",
                median,
                bareMedian,
                median / bareMedian,
                Bar.None,
                Against
            ),
            new(
                "timer due to function, p99",
                "ms",
                p99,
                bareP99,
                p99 / bareP99,
                Bar.AtMost(5),
                Against
            ),
        ];
    }

    internal static double Percentile(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)(sorted.Length * 0.99)];
    }

    private async Task<double> FireAsync(ITimers timers)
    {
        _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var moment = NextMoment();
        var timer = new NamedTimer("one", "land", FunctionTimer.Once(moment));
        var set = await timers.SetAsync(timer);
        if (!set.IsCommitted)
        {
            throw new UnreachableException($"The timer was refused: {set.Reason}");
        }

        return (await _landed.Task.WaitAsync(LandTime) - moment).TotalMilliseconds;
    }

    private async Task<double> FireBareAsync()
    {
        var landed = new TaskCompletionSource<DateTimeOffset>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        var moment = NextMoment();
        var wait = moment - DateTimeOffset.UtcNow;
        using var timer = TimeProvider.System.CreateTimer(
            _ => landed.TrySetResult(DateTimeOffset.UtcNow),
            null,
            TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(1, wait.TotalMilliseconds))),
            Timeout.InfiniteTimeSpan
        );
        return (await landed.Task.WaitAsync(LandTime) - moment).TotalMilliseconds;
    }

    /// <summary>Some 10 to 40 ms ahead, in whole milliseconds.</summary>
    private DateTimeOffset NextMoment() =>
        DateTimeOffset.FromUnixTimeMilliseconds(
            DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + _random.Next(10, 40)
        );
}
