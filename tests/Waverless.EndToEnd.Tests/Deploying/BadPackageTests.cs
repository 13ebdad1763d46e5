using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Deploying;

/// <summary>What cannot be deployed is refused by name, and the version that runs stays.</summary>
public sealed class BadPackageTests(SharedNode shared)
{
    [Theory]
    [InlineData("malformed yaml", 422, "manifest_invalid", "app.yaml")]
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

    [Fact]
    public async Task Dump()
    {
        foreach (var name in BadPackages.Names)
        {
            using var answer = await shared.Node.UploadAsync("dump", BadPackages.Of(name));
            Console.WriteLine(
                $"##{name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"
            );
        }
    }
}
