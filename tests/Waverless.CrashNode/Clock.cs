using Waverless.Apps;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Timers;

namespace Waverless.CrashNode;

/// <summary>Timers that are set with data: each rings once.</summary>
internal static class Clock
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(60);

    public static void AddTo(IWaverlessBuilder waverless) =>
        waverless
            .AddFunction("clock/set", SetAsync, f => f.Post().Writes("set_{}"))
            .AddFunction("clock/ring", RingAsync, f => f.Reads("rung_{}").Writes("rung_{}"))
            .AddFunction("clock/audit", AuditAsync, f => f.Get().Reads("rung_{}"));

    public static async Task SetAsync(string id, TimeProvider time, FunctionContext context)
    {
        var batch = new KvBatch().Set($"set_{id}", "1"u8);
        await context.CommitAsync(
            batch.SetTimer(new NamedTimer(id, "ring", Soon(time)).WithText(id))
        );
    }

    public static async Task RingAsync(string id, FunctionContext context)
    {
        if (!await Marks.TryAsync(context, $"rung_{id}"))
        {
            throw new InvalidOperationException($"{id} rings a second time.");
        }
    }

    public static Task<string> AuditAsync(FunctionContext context) =>
        Marks.ListAsync(context, "rung_");

    private static FunctionTimer Soon(TimeProvider time) =>
        FunctionTimer.Once(time.GetUtcNow() + Wait);
}
