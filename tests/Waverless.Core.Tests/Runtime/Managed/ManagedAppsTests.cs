using Waverless.Apps;

namespace Waverless.Runtime.Managed;

public sealed class ManagedAppsTests
{
    private static FunctionRegistration Function(
        string address,
        Action<FunctionBuilder>? configure = null
    ) => FunctionRegistration.ForDelegate(address, () => { }, configure);

    [Fact]
    public void Functions_are_grouped_by_app_in_the_order_in_which_they_were_added()
    {
        var packages = ManagedApps.ToPackages([
            Function("b/one"),
            Function("a/only"),
            Function("b/two"),
        ]);

        Assert.Equal(["b", "a"], packages.Select(package => package.Manifest.Name));
        Assert.Equal(["one", "two"], packages[0].Manifest.Functions.Select(f => f.Name));
        Assert.All(packages, package => Assert.Empty(package.Files));
    }

    [Fact]
    public void No_functions_are_no_packages() => Assert.Empty(ManagedApps.ToPackages([]));

    [Fact]
    public void The_hash_is_that_of_the_declarations()
    {
        var plain = Hash();
        Action<FunctionBuilder>[] others =
        [
            f => f.Get(),
            f => f.Post(),
            f => f.Rpc(),
            f => f.OnSet("a_{}"),
            f => f.OnNew("a_{}"),
            f => f.Reads("a_{}"),
            f => f.Writes("a_{}"),
            f => f.Timeout(TimeSpan.FromSeconds(1)),
            f => f.Concurrency(1),
            f => f.Queue(1),
            f => f.Body(1),
            f => f.Commit(CommitMode.Atomic),
            f => f.Commit(CommitMode.Immediate),
        ];

        Assert.Equal(64, plain.Length);
        Assert.Equal(plain, Hash());
        Assert.Equal(plain, Hash(f => f.Get().Post().Rpc()));
        Assert.Equal(others.Length + 1, others.Select(Hash).Append(plain).Distinct().Count());

        static string Hash(Action<FunctionBuilder>? configure = null) =>
            Assert.Single(ManagedApps.ToPackages([Function("a/f", configure)])).ContentHash;
    }

    [Fact]
    public void The_apps_own_bounds_are_no_tighter_than_those_of_its_functions()
    {
        var package = Assert.Single(
            ManagedApps.ToPackages([
                Function("a/wide", f => f.Concurrency(9_000).Queue(5_000)),
                Function("a/narrow", f => f.Concurrency(1)),
            ])
        );

        Assert.Equal(9_000, package.Manifest.Limits.Concurrency);
        Assert.Equal(5_000, package.Manifest.Limits.Queue);
        Assert.Equal(
            FunctionLimits.ConcurrencyDefault,
            ManagedApps
                .ToPackages([Function("a/f", f => f.Concurrency(1))])[0]
                .Manifest.Limits.Concurrency
        );
    }

    [Fact]
    public void A_function_that_was_added_twice_is_named()
    {
        var rejected = Assert.Throws<AppRejectedException>(() =>
            ManagedApps.ToPackages([Function("a/f"), Function("a/g"), Function("a/f")])
        );

        Assert.Equal("a", rejected.App);
        Assert.Equal(AppRejectionCode.ManifestInvalid, rejected.Code);
        Assert.Equal(
            "The function 'a/f' was added 2 times; expected once.",
            Assert.Single(rejected.Reasons)
        );
    }

    [Fact]
    public void An_app_has_at_most_as_many_functions_as_a_manifest()
    {
        var many = Enumerable.Range(0, AppManifest.FunctionsMax).Select(i => Function($"a/f{i}"));

        Assert.Equal(
            AppManifest.FunctionsMax,
            ManagedApps.ToPackages(many)[0].Manifest.Functions.Length
        );
        var rejected = Assert.Throws<AppRejectedException>(() =>
            ManagedApps.ToPackages(many.Append(Function("a/more")))
        );
        Assert.Equal(AppRejectionCode.LimitExceeded, rejected.Code);
    }
}
