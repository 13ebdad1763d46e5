using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>How calls are answered that do not begin.</summary>
internal static class CallRefusal
{
    public static InvocationResult NotFound(CatalogSnapshot snapshot, FunctionAddress address) =>
        InvocationResult.Fail(
            InvocationStatus.NotFound,
            snapshot.Apps.TryGetValue(address.App, out var app)
                ? $"The app '{address.App}' has no function '{address.Function}'; it has: "
                    + string.Join(", ", app.Manifest.Functions.Take(16).Select(f => f.Name))
                    + "."
                : KvRefusal.UnknownApp(address.App)
        );

    public static InvocationResult QueueFull(DeployedFunction function) =>
        InvocationResult.Fail(
            InvocationStatus.QueueFull,
            $"The queue of '{function.Address}' is full "
                + $"({function.Manifest.Limits.Queue} waiting); try again later."
        );

    public static InvocationResult Stopping(FunctionAddress function) =>
        InvocationResult.Fail(
            InvocationStatus.Unavailable,
            $"The node is stopping; '{function}' was not begun."
        );

    public static InvocationResult Cancelled(FunctionAddress function) =>
        InvocationResult.Fail(
            InvocationStatus.Cancelled,
            $"The caller of '{function}' went away before it began."
        );
}
