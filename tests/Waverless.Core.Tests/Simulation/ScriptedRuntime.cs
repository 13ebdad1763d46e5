using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.Simulation;

/// <summary>Runs the lambdas of <see cref="TestApp"/>; any number at once.</summary>
internal sealed class ScriptedRuntime : IFunctionRuntime
{
    private readonly Dictionary<string, TestApp> _apps = new(StringComparer.Ordinal);

    public string Name => "scripted";

    public AppTraits Traits { get; set; } =
        new(InstanceKind.Managed, RunsSynchronously: false, CommitMode.Atomic);

    /// <summary>Hears when an app is made warm for so many instances, or cooler.</summary>
    public Action<string, int>? Warmed { get; set; }

    /// <summary>Hears of every attempt.</summary>
    public Action<Invocation>? Began { get; set; }

    /// <summary>Hears of attempts in versions that were drained: there must be none.</summary>
    public Action<Invocation>? BeganTooLate { get; set; }

    /// <summary>The app as it stands now, as a version to deploy.</summary>
    public AppVersion Version(TestApp app)
    {
        _apps[app.Name] = app;
        return new AppVersion(AppPackage.Create(app.Manifest), null);
    }

    public bool Recognizes(AppPackage package) => _apps.ContainsKey(package.Manifest.Name);

    public ValueTask<ILoadedApp> LoadAsync(AppVersion version, CancellationToken ct)
    {
        var scripts = version.Package.Manifest.Functions.Select(function =>
            _apps[version.App].Scripts[function.Name]
        );
        return new ValueTask<ILoadedApp>(new ScriptedApp(this, version.App, [.. scripts]));
    }

    private sealed class ScriptedApp(ScriptedRuntime runtime, string app, Script[] scripts)
        : ILoadedApp
    {
        private bool _isGone;

        public AppTraits Traits => runtime.Traits;

        public ValueTask WarmAsync(int instances, CancellationToken ct) => Tell(instances);

        public ValueTask TrimAsync(int instances, CancellationToken ct) => Tell(instances);

        public async ValueTask<InvocationResult> InvokeAsync(
            Invocation call,
            IInvocationHost host,
            CancellationToken ct
        )
        {
            runtime.Began?.Invoke(call);
            if (_isGone)
            {
                runtime.BeganTooLate?.Invoke(call);
            }

            try
            {
                return await scripts[call.FunctionIndex](new ScriptCall(call, host, ct));
            }
            catch (InvocationRefusedException refused)
            {
                return InvocationResult.Fail(refused.Status, refused.Message);
            }
            catch (Exception failure)
            {
                return InvocationResult.Fail(InvocationStatus.Failed, failure.Message);
            }
        }

        private ValueTask Tell(int instances)
        {
            runtime.Warmed?.Invoke(app, instances);
            return default;
        }

        public ValueTask DrainAsync(CancellationToken ct) => default;

        public ValueTask DisposeAsync()
        {
            _isGone = true;
            return default;
        }
    }
}
