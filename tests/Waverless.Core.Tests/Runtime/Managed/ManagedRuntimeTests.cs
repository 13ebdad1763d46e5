using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Waverless.Apps;

namespace Waverless.Runtime.Managed;

public sealed class ManagedRuntimeTests
{
    private static readonly FunctionRegistration[] functions =
    [
        FunctionRegistration.ForDelegate("a/f", () => "f"),
        FunctionRegistration.ForDelegate("a/g", () => "g"),
    ];

    private static ManagedRuntime Runtime(params FunctionRegistration[] registrations) =>
        new(
            registrations,
            new ServiceCollection().BuildServiceProvider(),
            new FakeTimeProvider(),
            new RecordingLogger()
        );

    [Fact]
    public void It_recognizes_apps_of_its_functions_that_have_no_files()
    {
        using var runtime = Runtime(functions);
        var package = ManagedApps.ToPackages(functions)[0];
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { ["app.wasm"] = new byte[1] };

        Assert.Equal("managed", runtime.Name);
        Assert.True(runtime.Recognizes(package));
        Assert.False(runtime.Recognizes(package with { Files = files.ToFrozenDictionary() }));
        var other = package with { Manifest = package.Manifest with { Name = "b" } };
        Assert.False(runtime.Recognizes(other));
    }

    [Fact]
    public async Task Loading_tells_traits_and_needs_no_warming()
    {
        using var runtime = Runtime(functions);
        var package = ManagedApps.ToPackages(functions)[0];
        await using var app = await runtime.LoadAsync(new AppVersion(package, null), default);

        Assert.Equal(new AppTraits(InstanceKind.Managed, false, CommitMode.Atomic), app.Traits);
        await app.WarmAsync(3, default);
        await app.DrainAsync(default);
    }

    [Fact]
    public async Task A_function_of_the_package_that_nobody_added_is_named()
    {
        using var runtime = Runtime(functions[0]);
        var package = ManagedApps.ToPackages(functions)[0];

        var rejected = await Assert.ThrowsAsync<AppRejectedException>(async () =>
            await runtime.LoadAsync(new AppVersion(package, null), default)
        );
        Assert.Equal(AppRejectionCode.ExportMissing, rejected.Code);
        Assert.Contains("'a/g'", Assert.Single(rejected.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_function_that_cannot_be_bound_is_named_at_once()
    {
        FunctionRegistration[] bad =
        [
            FunctionRegistration.ForDelegate("a/f", (IClock clock) => clock.Name),
            FunctionRegistration.ForDelegate("a/g", (string a, string b) => a + b),
        ];
        using var runtime = Runtime(bad);

        var rejected = await Assert.ThrowsAsync<AppRejectedException>(async () =>
            await runtime.LoadAsync(new AppVersion(ManagedApps.ToPackages(bad)[0], null), default)
        );
        Assert.Equal(2, rejected.Reasons.Length);
        Assert.Contains("'a/f'", rejected.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("'a/g'", rejected.Reasons[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_was_added_twice_is_refused()
    {
        var rejected = Assert.Throws<AppRejectedException>(() =>
            Runtime(functions[0], functions[0])
        );

        Assert.Contains("added 2 times", rejected.Message, StringComparison.Ordinal);
    }
}
