namespace Waverless.Apps;

/// <summary>The listings of the project's seed, as they were intended, load unchanged.</summary>
public sealed class ReferenceManifestTests
{
    [Fact]
    public void The_project_file_loads()
    {
        var apps = Load("project-v2.yaml");
        Assert.Equal(["stock-mng", "balance-mng", "word_count"], apps.Select(app => app.Name));

        var query = apps[0].Find("query")!;
        Assert.Equal([new HttpTrigger(HttpVerb.Post, CallKind.Direct)], query.Http);
        Assert.False(query.Rpc);
        Assert.True(apps[0].Find("StockMngFacade.queryProductPrice")!.Rpc);
        Assert.True(apps[1].Find("BalanceMngFacade.createUser")!.Rpc);

        var split = apps[2].Find("split_file")!;
        Assert.Equal([new HttpTrigger(HttpVerb.Get, CallKind.Indirect)], split.Http);
        var grant = Assert.Single(split.Kvs);
        Assert.Equal("wordcount_slice_{}", grant.Pattern.Text);
        Assert.Equal(KeyOperations.Set, grant.Operations);
        Assert.Equal(16, grant.Line);
        Assert.Empty(split.Triggers);

        var count = apps[2].Find("handle_one_slice")!;
        Assert.Empty(count.Http);
        Assert.Equal(KeyTriggerKind.Set, Assert.Single(count.Triggers).Kind);
        Assert.Equal("wordcount_slice_{}", count.Triggers[0].Pattern.Text);
        Assert.Equal(
            [KeyOperations.Delete, KeyOperations.Set],
            count.Kvs.Select(kv => kv.Operations)
        );
        Assert.Equal(["wordcount_slice_{}", "wordcount_{}"], count.Kvs.Select(k => k.Pattern.Text));
    }

    [Fact]
    public void The_per_app_form_loads_under_the_name_given()
    {
        var app = Assert.Single(Load("app-v2.yml", "longchain"));
        Assert.Equal("longchain", app.Name);
        Assert.Equal(["chain_begin", "chain_loop"], app.Functions.Select(f => f.Name));
        Assert.Equal("GET", Assert.Single(app.Find("chain_begin")!.Http).Method);
        var trigger = Assert.Single(app.Find("chain_loop")!.Triggers);
        Assert.Equal("chain_count", trigger.Pattern.Text);
        Assert.Equal(
            KeyOperations.Get | KeyOperations.Set,
            Assert.Single(app.Find("chain_loop")!.Kvs).Operations
        );
    }

    [Fact]
    public void The_first_form_loads_into_the_same_model()
    {
        var app = Assert.Single(Load("app-v1.yaml", "word_count"));
        var split = app.Find("split_file")!;
        Assert.Equal([new HttpTrigger(HttpVerb.Post, CallKind.Indirect)], split.Http);
        Assert.Empty(split.Triggers);
        var count = app.Find("handle_one_slice")!;
        Assert.Empty(count.Http);
        Assert.Equal("wordcount_slice_{}", Assert.Single(count.Triggers).Pattern.Text);
        Assert.Equal(
            KeyOperations.Get | KeyOperations.Set | KeyOperations.Delete,
            Assert.Single(count.Kvs).Operations
        );
        Assert.Null(app.DefaultFunction);
    }

    [Fact]
    public void A_cluster_file_is_not_a_manifest()
    {
        var fault = Assert.Throws<ManifestException>(() => Load("cluster.yaml"));
        Assert.NotEmpty(fault.Errors);
    }

    private static System.Collections.Immutable.ImmutableArray<AppManifest> Load(
        string file,
        string? app = null
    )
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Apps", "Manifests", file);
        return ManifestReader.Parse(File.ReadAllBytes(path), file, app);
    }
}
