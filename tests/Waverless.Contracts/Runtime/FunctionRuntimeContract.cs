using System.Collections.Frozen;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.Contracts.Runtime;

/// <summary>
/// What every <see cref="IFunctionRuntime"/> promises. A derived class offers an app with the
/// functions <c>echo</c> (answers its payload), <c>fail</c> (fails) and <c>spin</c> (never ends by
/// itself).
/// </summary>
public abstract class FunctionRuntimeContract
{
    [Fact]
    public async Task A_runtime_recognizes_its_own_packages_and_no_empty_one()
    {
        var (runtime, version) = Create();
        await using var loaded = await runtime.LoadAsync(version, default);
        Assert.Matches("^[a-z]+$", runtime.Name);
        Assert.True(runtime.Recognizes(version.Package));
        var files = FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;
        var manifest = version.Package.Manifest with { Name = "another-app" };
        Assert.False(runtime.Recognizes(new AppPackage(manifest, files, "empty")));
    }

    [Fact]
    public async Task What_goes_in_comes_out()
    {
        await using var app = await LoadAsync();
        var result = await app.InvokeAsync("echo", Payload.FromText("hello"));
        Assert.Equal((InvocationStatus.Completed, "hello"), (result.Status, result.Text));
    }

    [Fact]
    public async Task A_failure_is_a_result_and_the_next_invocation_runs()
    {
        await using var app = await LoadAsync();
        var result = await app.InvokeAsync("fail");
        Assert.False(result.IsCompleted);
        Assert.False(string.IsNullOrEmpty(result.Error));
        Assert.True((await app.InvokeAsync("echo", Payload.FromText("x"))).IsCompleted);
    }

    [Fact]
    public async Task The_deadline_ends_an_invocation()
    {
        await using var app = await LoadAsync();
        var result = await app.InvokeAsync("spin", timeout: TimeSpan.FromMilliseconds(30));
        Assert.Equal(InvocationStatus.TimedOut, result.Status);
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_its_invocation()
    {
        await using var app = await LoadAsync();
        using var caller = new CancellationTokenSource();
        var running = Task.Run(() => app.InvokeAsync("spin", ct: caller.Token));
        await caller.CancelAsync();
        Assert.Equal(InvocationStatus.Cancelled, (await running).Status);
    }

    [Fact]
    public async Task Draining_waits_for_what_runs()
    {
        await using var app = await LoadAsync();
        using var caller = new CancellationTokenSource();
        var running = Task.Run(() => app.InvokeAsync("spin", ct: caller.Token));
        await caller.CancelAsync();
        await running;
        await app.Loaded.DrainAsync(default);
    }

    [Fact]
    public async Task Warming_changes_no_answer()
    {
        await using var app = await LoadAsync();
        await app.Loaded.WarmAsync(3, default);
        Assert.Equal("x", (await app.InvokeAsync("echo", Payload.FromText("x"))).Text);
    }

    [Fact]
    public async Task Trimming_changes_no_answer()
    {
        await using var app = await LoadAsync();
        await app.InvokeAsync("echo", Payload.FromText("x"));
        await app.Loaded.TrimAsync(0, default);
        Assert.Equal("x", (await app.InvokeAsync("echo", Payload.FromText("x"))).Text);
    }

    [Fact]
    public async Task Invocations_may_run_at_once()
    {
        await using var app = await LoadAsync();
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(number =>
                    Task.Run(() => app.InvokeAsync("echo", Payload.FromText($"{number}")))
                )
        );
        Assert.Equal(
            Enumerable.Range(0, 200).Select(number => $"{number}"),
            results.Select(result => result.Text)
        );
    }

    /// <summary>A runtime, and the app described above for it.</summary>
    protected abstract (IFunctionRuntime Runtime, AppVersion Version) Create();

    /// <summary>A host for one invocation.</summary>
    protected abstract IInvocationHost NewHost();

    private async Task<App> LoadAsync()
    {
        var (runtime, version) = Create();
        return new App(this, version, await runtime.LoadAsync(version, default));
    }

    private sealed class App(
        FunctionRuntimeContract contract,
        AppVersion version,
        ILoadedApp loaded
    ) : IAsyncDisposable
    {
        internal ILoadedApp Loaded => loaded;

        internal async Task<InvocationResult> InvokeAsync(
            string function,
            Payload payload = default,
            TimeSpan? timeout = null,
            CancellationToken ct = default
        )
        {
            var manifest = version.Package.Manifest;
            var declared = manifest.Find(function)!;
            var call = new Invocation
            {
                Id = 1,
                Address = new FunctionAddress(manifest.Name, function),
                Function = declared,
                FunctionIndex = manifest.Functions.IndexOf(declared),
                Home = new PartitionId(manifest.Name, 0),
                Trigger = TriggerKind.Host,
                Payload = payload,
                Deadline = Deadline.After(TimeProvider.System, timeout ?? TimeSpan.FromMinutes(5)),
            };
            return await loaded.InvokeAsync(call, contract.NewHost(), ct);
        }

        public ValueTask DisposeAsync() => loaded.DisposeAsync();
    }
}
