using System.Globalization;
using System.Text;
using Waverless.Apps;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.CrashNode;

/// <summary>A counter that only its lock protects: a kill must not leave the lock held.</summary>
internal static class Guard
{
    private static readonly KvKey Counter = "counter";

    public static void AddTo(IWaverlessBuilder waverless) =>
        waverless
            .AddFunction(
                "guard/add",
                AddAsync,
                f => f.Post().Reads("counter").Writes("counter").Commit(CommitMode.Immediate)
            )
            // Writes nothing, so that its completions go by themselves.
            .AddFunction(
                "guard/echo",
                static (KvKey _) => { },
                f => f.OnSet("counter").Commit(CommitMode.Immediate)
            )
            .AddFunction("guard/audit", AuditAsync, f => f.Get().Reads("counter"));

    public static async Task AddAsync(FunctionContext context)
    {
        using var held = await context.LockAsync(Counter);
        var next = (await ReadAsync(context) + 1).ToString(CultureInfo.InvariantCulture);
        await context.SetAsync(Counter, Encoding.UTF8.GetBytes(next));
    }

    /// <summary>The same by the host's own code, which holds the lock by itself.</summary>
    public static async Task<string> AddByHostAsync(IKvStore store)
    {
        await using var held = await store.LockAsync(Counter);
        var before = await store.GetTextAsync(Counter);
        var count = before is null ? 0 : long.Parse(before, CultureInfo.InvariantCulture);
        var next = (count + 1).ToString(CultureInfo.InvariantCulture);
        var result = await store.CommitAsync(
            new KvBatch().Set(Counter, Encoding.UTF8.GetBytes(next))
        );
        return result.IsCommitted ? next : throw new InvalidOperationException(result.Reason);
    }

    public static async Task<string> AuditAsync(FunctionContext context) =>
        (await ReadAsync(context)).ToString(CultureInfo.InvariantCulture);

    private static async Task<long> ReadAsync(FunctionContext context) =>
        await context.GetTextAsync(Counter) is { } text
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : 0;
}
