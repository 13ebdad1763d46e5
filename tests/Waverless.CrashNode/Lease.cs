using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.CrashNode;

/// <summary>Keys that expire, and a function that each expiry starts.</summary>
internal static class Lease
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(100);

    public static void AddTo(IWaverlessBuilder waverless) =>
        waverless
            .AddFunction("lease/grant", GrantAsync, f => f.Post().Writes("lease_{}"))
            .AddFunction(
                "lease/ended",
                EndedAsync,
                f => f.OnDelete("lease_{}").Reads("ended_{}").Writes("ended_{}")
            )
            .AddFunction("lease/audit", AuditAsync, f => f.Get().Reads("ended_{}"));

    public static async Task GrantAsync(string id, FunctionContext context) =>
        await context.CommitAsync(new KvBatch().Set($"lease_{id}", "1"u8, Lifetime));

    public static async Task EndedAsync(KvKey key, FunctionContext context)
    {
        if (!await Marks.TryAsync(context, $"ended_{key.ToString()["lease_".Length..]}"))
        {
            throw new InvalidOperationException($"{key} ended a second time.");
        }
    }

    public static Task<string> AuditAsync(FunctionContext context) =>
        Marks.ListAsync(context, "ended_");
}
