namespace Waverless.Apps;

public sealed class SharingRulesTests
{
    private static readonly AppManifest Owner = ManifestReader.Parse(
        """
        owner:
          fns: {f: {}}
          shares:
            user: {'item_{}': [get], 'box_{}': [set, delete]}
        """,
        "owner.yaml"
    )[0];

    [Fact]
    public void What_is_shared_may_be_asked_for()
    {
        var user = User("condition: {kv_set: 0}", "'@owner/item_{}': [get], '@owner/box_1': [set]");
        SharingRules.Check(user, Find);
    }

    [Fact]
    public void What_is_not_shared_is_refused_with_line_and_pattern()
    {
        var user = User("rpc: ", "'@owner/item_{}': [get, set]");
        var fault = Assert.Throws<AppRejectedException>(() => SharingRules.Check(user, Find));
        Assert.Equal("user", fault.App);
        Assert.Equal(AppRejectionCode.ShareMissing, fault.Code);
        var reason = Assert.Single(fault.Reasons);
        Assert.Contains("Line 4: '@owner/item_{}'", reason, StringComparison.Ordinal);
        Assert.Contains("under its 'shares'", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void To_be_triggered_takes_a_share_that_allows_reading()
    {
        var user = User("condition: {kv_set: 0}", "'@owner/box_{}': [set]");
        Assert.Throws<AppRejectedException>(() => SharingRules.Check(user, Find));
    }

    [Fact]
    public void An_app_that_is_not_deployed_yet_is_not_judged() =>
        SharingRules.Check(User("rpc: ", "'@later/item_{}': [get, set]"), Find);

    [Fact]
    public void The_apps_own_keys_need_no_share() =>
        SharingRules.Check(User("rpc: ", "'item_{}': [get, set, delete]"), Find);

    private static AppManifest? Find(string name) => name == "owner" ? Owner : null;

    private static AppManifest User(string line, string kvs) =>
        ManifestReader.Parse($"fns:\n  f:\n    {line}\n    kvs: {{{kvs}}}\n", "u.yaml", "user")[0];
}
