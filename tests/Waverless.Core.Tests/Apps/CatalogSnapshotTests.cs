using System.Text;
using CsCheck;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.Apps;

/// <summary>A snapshot made from the one before it knows what one made from nothing would.</summary>
public sealed class CatalogSnapshotTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    private static readonly string[] Keys = ["k_1", "k_2", "other_1"];

    private static readonly Gen<string> Name = Gen.Int[0, 2].Select(index => Names[index]);

    // Each version looks at its own keys and those of some others, and shares with some others.
    private static readonly Gen<Step> Steps =
        from app in Name
        from removes in Gen.Int[0, 3]
        from watched in Name.Array[0, 3]
        from shared in Name.Array[0, 3]
        select new Step(app, removes == 0, [.. watched.Distinct()], [.. shared.Distinct()]);

    [Fact]
    public void Triggers_are_those_of_all_apps_after_any_changes() =>
        Steps.Array[1, 12].Sample(Check, iter: 300);

    private static void Check(Step[] steps)
    {
        var snapshot = CatalogSnapshot.Empty;
        foreach (var step in steps)
        {
            snapshot = step.Removes
                ? snapshot.Without(step.App)
                : snapshot.With(Deployed(Manifest(step)));
        }

        Assert.Equal((ulong)steps.Length, snapshot.Version);
        var all = snapshot.Apps.Values.Select(app => app.Manifest).ToList();
        foreach (var name in Names)
        {
            var owner = all.Find(manifest => manifest.Name == name);
            var expected = owner is null
                ? KeyPatternIndex.Empty
                : KeyPatternIndex.Create(owner, all);
            foreach (var key in Keys)
            {
                Assert.Equal(Find(expected, key), Find(snapshot.TriggersOn(name), key));
            }
        }
    }

    private static List<string> Find(KeyPatternIndex index, string key)
    {
        List<string> found = [];
        foreach (var target in index.Find(Encoding.UTF8.GetBytes(key)))
        {
            found.Add($"{target.Function} {target.Trigger.Kind}");
        }

        return found;
    }

    private static AppManifest Manifest(Step step)
    {
        var functions = step.Watched.Select(
            (watched, at) =>
            {
                var pattern = watched == step.App ? "k_{}" : $"@{watched}/k_{{}}";
                return $"  f{at}: {{condition: {{kv_set: 0}}, kvs: {{'{pattern}': [get]}}}}";
            }
        );
        var shares = step
            .Shared.Where(user => user != step.App)
            .Select(user => $"  {user}: {{'k_{{}}': [get]}}")
            .ToList();
        var text =
            string.Join('\n', ["fns:", "  f: {http.post: {call: indirect}}", .. functions])
            + (shares.Count == 0 ? "" : "\n" + string.Join('\n', ["shares:", .. shares]));
        return ManifestReader.Parse(text, "app.yaml", step.App)[0];
    }

    private static DeployedApp Deployed(AppManifest manifest) =>
        new(
            new AppVersion(AppPackage.Create(manifest), null),
            new Unused(),
            _ => null,
            TimeProvider.System
        );

    private sealed record Step(string App, bool Removes, string[] Watched, string[] Shared);

    private sealed class Unused : ILoadedApp
    {
        public AppTraits Traits => new(InstanceKind.Owned, true, CommitMode.Immediate);

        public ValueTask WarmAsync(int instances, CancellationToken ct) => default;

        public ValueTask<InvocationResult> InvokeAsync(
            Invocation call,
            IInvocationHost host,
            CancellationToken ct
        ) => throw new InvalidOperationException("Nothing is invoked here.");

        public ValueTask DrainAsync(CancellationToken ct) => default;

        public ValueTask DisposeAsync() => default;
    }
}
