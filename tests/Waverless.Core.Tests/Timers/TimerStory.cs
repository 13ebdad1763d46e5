using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime.Managed;
using Waverless.Simulation;

namespace Waverless.Timers;

/// <summary>An app whose function <c>tick</c> writes down the moments it runs for.</summary>
internal sealed class TimerStory
{
    public TimerStory(int seed = 1, Action<FunctionBuilder>? declare = null)
    {
        Sim = new Sim(seed);
        Began = Sim.Time.GetUtcNow();
        App = Sim.App("app");
        App.Function("tick", declare ?? (f => f.Rpc()), TickAsync);
    }

    public Sim Sim { get; }

    public TestApp App { get; }

    public DateTimeOffset Began { get; }

    /// <summary>What ran, in order.</summary>
    public List<TimerFiring> Ran { get; } = [];

    public List<string> Payloads { get; } = [];

    /// <summary>What the function does besides; may throw.</summary>
    public Func<ScriptCall, Task>? Work { get; set; }

    /// <summary>Moments that ran, in milliseconds after the story began.</summary>
    public IEnumerable<long> RanMs =>
        Ran.Select(firing => (long)(firing.Scheduled - Began).TotalMilliseconds);

    public static NamedTimer Every(int ms, string name = "t") =>
        new(name, "tick", FunctionTimer.Every(TimeSpan.FromMilliseconds(ms)));

    public NamedTimer Once(int ms, string name = "t") =>
        new(name, "tick", FunctionTimer.Once(Began.AddMilliseconds(ms)));

    public static TimerFiring FiringOf(Invocation call) =>
        TimerFiring.Decode(call.Event!.Key.Span)!;

    private async Task TickAsync(ScriptCall call)
    {
        Assert.Equal(TriggerKind.Timer, call.Invocation.Trigger);
        if (Work is { } work)
        {
            await work(call);
        }

        Ran.Add(FiringOf(call.Invocation));
        Payloads.Add(Encoding.UTF8.GetString(call.Invocation.Payload.Bytes));
    }
}
