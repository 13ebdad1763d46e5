using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Hosts;

/// <summary>
/// Stands in for a runtime of uploaded code: each function answers with the text of
/// <c>app.jar</c>; a text that begins with "bad" is rejected; "home" answers the partition.
/// </summary>
internal sealed class JarRuntime : IFunctionRuntime
{
    public string Name => "jar";

    public bool Recognizes(AppPackage package) => package.Artifact == ArtifactKind.Jar;

    public ValueTask<ILoadedApp> LoadAsync(AppVersion version, CancellationToken ct)
    {
        var content = version.Package.Files["app.jar"];
        return Encoding.UTF8.GetString(content.Span).StartsWith("bad", StringComparison.Ordinal)
            ? throw new AppRejectedException(
                version.App,
                AppRejectionCode.ArtifactInvalid,
                ["The jar is bad.", "It is very bad."]
            )
            : new ValueTask<ILoadedApp>(new JarApp(content));
    }

    private sealed class JarApp(ReadOnlyMemory<byte> content) : ILoadedApp
    {
        private bool _disposed;

        public AppTraits Traits { get; } = new(InstanceKind.Owned, false, CommitMode.Atomic);

        public ValueTask WarmAsync(int instances, CancellationToken ct) => default;

        public async ValueTask<InvocationResult> InvokeAsync(
            Invocation call,
            IInvocationHost host,
            CancellationToken ct
        )
        {
            if (Volatile.Read(ref _disposed))
            {
                return InvocationResult.Fail(InvocationStatus.Failed, "It was unloaded.");
            }

            await Task.Yield();
            return call.Function.Name switch
            {
                "home" => InvocationResult.Completed(Encoding.UTF8.GetBytes($"{call.Home.Number}")),
                "echo" => InvocationResult.Completed(call.Payload.Bytes.First),
                _ => InvocationResult.Completed(content),
            };
        }

        public ValueTask DrainAsync(CancellationToken ct) => default;

        public ValueTask DisposeAsync()
        {
            Volatile.Write(ref _disposed, true);
            return default;
        }
    }
}
