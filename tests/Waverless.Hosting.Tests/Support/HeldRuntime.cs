using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.Hosting.Support;

/// <summary>
/// A synchronous runtime whose functions wait until the test lets them go, as a guest waits in a
/// host call: <c>hold</c> waits, <c>nest</c> calls <c>hold</c>, <c>block</c> blocks its thread,
/// <c>quick</c> says on which kind of thread it ran.
/// </summary>
internal sealed class HeldRuntime : IFunctionRuntime
{
    private readonly TaskCompletionSource _release = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly SemaphoreSlim _arrivals = new(0);

    public const string Manifest = """
        limits: {timeout: 10m, concurrency: 1024}
        fns:
          hold: {http.post: {call: indirect}, rpc: }
          nest: {http.post: {call: indirect}}
          quick: {http.post: {call: indirect}}
        """;

    public string Name => "held";

    public static AppPackage Package(string app = "held") =>
        TestPackages.Of(app, Manifest, ("app.jar", "held"));

    public bool Recognizes(AppPackage package) => package.Artifact == ArtifactKind.Jar;

    public ValueTask<ILoadedApp> LoadAsync(AppVersion version, CancellationToken ct) =>
        new(new HeldApp(this));

    public void Release() => _release.TrySetResult();

    /// <summary>Waits until that many further calls are held.</summary>
    public async Task ArrivedAsync(int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            await _arrivals.WaitAsync();
        }
    }

    private sealed class HeldApp(HeldRuntime runtime) : ILoadedApp
    {
        public AppTraits Traits { get; } = new(InstanceKind.Owned, true, CommitMode.Atomic);

        public ValueTask WarmAsync(int instances, CancellationToken ct) => default;

        public ValueTask<InvocationResult> InvokeAsync(
            Invocation call,
            IInvocationHost host,
            CancellationToken ct
        ) =>
            new(
                call.Function.Name switch
                {
                    "hold" => Hold(host, ct),
                    "nest" => host.Wait(
                        host.CallAsync(
                            new FunctionAddress(call.Address.App, "hold"),
                            default,
                            null,
                            ct
                        )
                    ),
                    _ => Say(Thread.CurrentThread.Name ?? "other"),
                }
            );

        public ValueTask DrainAsync(CancellationToken ct) => default;

        public ValueTask DisposeAsync() => default;

        private static InvocationResult Say(string text) =>
            InvocationResult.Completed(System.Text.Encoding.UTF8.GetBytes(text));

        private InvocationResult Hold(IInvocationHost host, CancellationToken ct)
        {
            runtime._arrivals.Release();
            return host.Wait(HoldAsync(ct));
        }

        private async ValueTask<InvocationResult> HoldAsync(CancellationToken ct)
        {
            await runtime._release.Task.WaitAsync(ct);
            return Say("held");
        }
    }
}
