using CsCheck;

namespace Waverless.Cluster;

public sealed class WarmAppsTests
{
    [Fact]
    public void It_knows_how_many_instances_there_are() =>
        Gen.Dictionary(Gen.String.AlphaNumeric, Gen.Int[-2, 9])[0, 100]
            .Sample(apps =>
            {
                var warm = WarmApps.Create(apps);

                Assert.Equal(apps.Count(app => app.Value > 0), warm.Count);
                Assert.All(
                    apps,
                    app => Assert.Equal(Math.Max(0, app.Value), warm.InstancesOf(app.Key))
                );
                Assert.Equal(0, warm.InstancesOf("not an app"));
            });

    [Fact]
    public void Beyond_its_bound_the_apps_with_the_fewest_instances_go()
    {
        var apps = Enumerable
            .Range(1, WarmApps.AppsMax + 44)
            .Select(i => KeyValuePair.Create($"app{i}", i));
        var warm = WarmApps.Create(apps);

        Assert.Equal(WarmApps.AppsMax, warm.Count);
        Assert.Equal(0, warm.InstancesOf("app44"));
        Assert.Equal(45, warm.InstancesOf("app45"));
    }
}
