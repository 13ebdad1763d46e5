using Waverless.Apps;
using Waverless.Functions;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Runtime.Managed;

namespace Waverless.EndToEnd.Delegates;

/// <summary>Key triggers of every kind, and parts of keys of every type.</summary>
[Functions("keys")]
internal static class KeyFunctions
{
    [KvTrigger("set_{id}")]
    public static void OnSet(Guid id, [Inject] Traces traces) => traces.Tell("set", $"{id}");

    [KvTrigger("new_{id}", On = KeyTriggerKind.New)]
    public static void OnNew(long id, [Inject] Traces traces) => traces.Tell("new", $"{id}");

    [KvTrigger("gone_{id}", On = KeyTriggerKind.Delete)]
    public static void OnGone(string id, [Inject] Traces traces) => traces.Tell("gone", id);

    [KvTrigger("a_{left}"), KvTrigger("b/{*right}")]
    public static void OnEither(string? left, string? right, [Inject] Traces traces) =>
        traces.Tell(left is null ? "right" : "left", $"{left}{right}");

    [KvTrigger("number_{id}"), Writes("numbers_seen_{}")]
    public static async Task OnNumberAsync(int id, FunctionContext context) =>
        await context.SetTextAsync($"numbers_seen_{id}", "yes");

    [HttpTrigger, KvTrigger("both_{id}")]
    public static string Both(int id = -1) => $"{id}";

    [Timer("100ms")]
    public static void Tick(FunctionContext context, [Inject] Traces traces) =>
        traces.Tell("tick", $"{context.Trigger}");

    [RpcTrigger]
    public static string Callee(string text) => $"<{text}>";

    [HttpTrigger(HttpVerb.Put)]
    public static async Task<InvocationResult> CallerAsync(FunctionContext context) =>
        await context.CallAsync(new("keys", "callee"), context.Payload);
}
