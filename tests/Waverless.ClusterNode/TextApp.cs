using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.ClusterNode;

/// <summary>A version of an app whose code is a text.</summary>
internal sealed class TextApp(ReadOnlyMemory<byte> text, string app) : ILoadedApp
{
    private volatile bool _isUnloaded;

    public AppTraits Traits { get; } = new(InstanceKind.Owned, false, CommitMode.Atomic);

    public ValueTask WarmAsync(int instances, CancellationToken ct) => default;

    public async ValueTask<InvocationResult> InvokeAsync(
        Invocation call,
        IInvocationHost host,
        CancellationToken ct
    )
    {
        if (_isUnloaded)
        {
            return InvocationResult.Fail(InvocationStatus.Failed, "It was unloaded.");
        }

        return call.Function.Name == "ask"
            ? await AskAsync(host, ct)
            : InvocationResult.Completed(text);
    }

    public ValueTask DrainAsync(CancellationToken ct) => default;

    public ValueTask DisposeAsync()
    {
        _isUnloaded = true;
        return default;
    }

    private async Task<InvocationResult> AskAsync(IInvocationHost host, CancellationToken ct)
    {
        var seen = new StringBuilder(Encoding.UTF8.GetString(text.Span));
        for (var i = 0; i < 2; i++)
        {
            var told = await host.CallAsync(new FunctionAddress(app, "tell"), default, null, ct);
            if (!told.IsCompleted)
            {
                return told;
            }

            seen.Append(' ').Append(told.Text);
        }

        return InvocationResult.Completed(Encoding.UTF8.GetBytes(seen.ToString()));
    }
}
