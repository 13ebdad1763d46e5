using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Deploying;

/// <summary>What cannot be deployed is refused by name, and the version that runs stays.</summary>
public sealed class BadPackageTests(SharedNode shared)
{
    [Theory]
    [InlineData(
        "malformed yaml",
        422,
        "manifest_invalid",
        "app.yaml(3,1): The file is not valid YAML"
    )]
    [InlineData("a tab in yaml", 422, "manifest_invalid", "invalid tab")]
    [InlineData(
        "unknown key",
        422,
        "manifest_invalid",
        "app.yaml(3,5): The function 'echo' has no key 'htttp.post'"
    )]
    [InlineData(
        "kv_set index out of range",
        422,
        "manifest_invalid",
        "app.yaml(3,25): 'kv_set' is '1'"
    )]
    [InlineData(
        "unknown operation",
        422,
        "manifest_invalid",
        "app.yaml(4,11): 'burn' is not an operation"
    )]
    [InlineData("unreadable limit", 422, "manifest_invalid", "app.yaml(3,23): 'timeout' is 'soon'")]
    [InlineData("a yaml bomb", 422, "manifest_invalid", "Anchors are not allowed")]
    [InlineData("not wasm", 422, "artifact_invalid", "app.wasm: it is not WebAssembly")]
    [InlineData("empty wasm", 422, "artifact_invalid", "app.wasm: it is not WebAssembly")]
    [InlineData("cut off wasm", 422, "artifact_invalid", "app.wasm: it is not valid WebAssembly")]
    [InlineData("missing export", 422, "export_missing", "does not export a function 'absent'")]
    [InlineData(
        "unknown import",
        422,
        "import_missing",
        "env.no_such_call (i32), which nobody provides"
    )]
    [InlineData(
        "wrong import",
        422,
        "import_missing",
        "env.write_result as (i64, i64); provided is the function (i32, i32)"
    )]
    [InlineData("wrong export", 422, "artifact_invalid", "'main' is (f64) -> f64")]
    [InlineData("huge memory", 422, "limit_exceeded", "Its memory starts with 3221225472 bytes")]
    [InlineData("not a zip", 400, "package_invalid", "not a zip")]
    [InlineData("truncated zip", 400, "package_invalid", "not a zip, or its end is missing")]
    [InlineData("half a zip", 400, "package_invalid", "not a zip, or its end is missing")]
    [InlineData("no manifest", 400, "package_invalid", "expected app.yaml")]
    [InlineData("traversal", 400, "package_invalid", "'../../etc/cron.d/evil'")]
    [InlineData("absolute path", 400, "package_invalid", "'/etc/cron.d/evil'")]
    [InlineData("backslashes", 400, "package_invalid", "backslash")]
    [InlineData("symlink", 400, "package_invalid", "'files/passwd': It is a link")]
    [InlineData(
        "bomb",
        413,
        "package_too_large",
        "'files/zeros': It unpacks to more than 200 times"
    )]
    [InlineData("more than fits", 413, "package_too_large", "The zip is larger than 67108864")]
    [InlineData("too many files", 413, "package_too_large", "more than 1024 files")]
    [InlineData("two of one name", 400, "package_invalid", "'APP.yaml'")]
    public async Task A_bad_package_is_refused_and_the_running_version_stays(
        string package,
        int status,
        string code,
        string named
    )
    {
        var app = $"bad_{package.Replace(' ', '_')}";
        await shared.Node.DeployAsync(app, Zip.Guest("faults"));

        using var answer = await shared.Node.UploadAsync(app, BadPackages.Of(package));

        var problem = await answer.AssertProblemAsync(status, code, named);
        Assert.Equal(app, problem.GetProperty("app").GetString());
        Assert.NotEmpty(problem.GetProperty("reasons").EnumerateArray());
        Assert.Equal("as before", await shared.Node.TextAsync($"{app}/echo", "as before"));
        await shared.Node.AssertAliveAsync();
    }
}
