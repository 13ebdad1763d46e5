using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Management;

public sealed class UploadTests
{
    private const string Path = "/appmgmt/upload_app";

    [Fact]
    public async Task An_upload_deploys_its_apps_and_answers_their_versions()
    {
        await using var node = await NodeAsync();

        var answer = await node.Client.PostAsync(
            Path,
            Zip.Form(("one", Zip.App("first")), ("two", Zip.App("second")))
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var apps = (await answer.JsonAsync()).GetProperty("apps").EnumerateArray().ToList();
        Assert.Equal(["one", "two"], apps.Select(app => app.GetProperty("app").GetString()));
        Assert.All(apps, app => Assert.Equal(64, app.GetProperty("version").GetString()!.Length));
        Assert.Equal("first", await node.Client.GetStringAsync("/one/version"));
        Assert.Equal("second", await node.Client.GetStringAsync("/two/version"));
    }

    [Fact]
    public async Task An_upload_replaces_the_version_before_it()
    {
        await using var node = await NodeAsync();

        var first = await UploadAsync(node, Zip.App("first"));
        var second = await UploadAsync(node, Zip.App("second"));

        Assert.NotEqual(await VersionAsync(first), await VersionAsync(second));
        Assert.Equal("second", await node.Client.GetStringAsync("/app/version"));
    }

    [Fact]
    public async Task A_truncated_zip_is_refused_and_the_running_version_stays()
    {
        await using var node = await NodeAsync();
        await UploadAsync(node, Zip.App("running"));
        var whole = Zip.App("broken");

        for (var length = 0; length < whole.Length; length += 7)
        {
            var answer = await UploadAsync(node, whole[..length]);
            var problem = await answer.ProblemAsync(400, "package_invalid");
            Assert.Equal("app", problem.GetProperty("app").GetString());
        }

        Assert.Equal("running", await node.Client.GetStringAsync("/app/version"));
    }

    [Fact]
    public async Task Every_reason_of_a_rejection_is_named()
    {
        await using var node = await NodeAsync();
        await UploadAsync(node, Zip.App("running"));

        var answer = await UploadAsync(node, Zip.App("bad code"));

        var problem = await answer.ProblemAsync(422, "artifact_invalid");
        Assert.Equal(
            ["The jar is bad.", "It is very bad."],
            problem.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString())
        );
        Assert.Equal("running", await node.Client.GetStringAsync("/app/version"));
    }

    [Fact]
    public async Task Each_defect_of_a_manifest_is_named_with_its_place()
    {
        await using var node = await NodeAsync();

        var answer = await UploadAsync(
            node,
            Zip.App("x", "fns:\n  f:\n    http.fly: {}\n    colour: red\n")
        );

        var problem = await answer.ProblemAsync(422, "manifest_invalid");
        var reasons = problem.GetProperty("reasons").EnumerateArray().ToList();
        Assert.Equal(2, reasons.Count);
        Assert.Contains("app.yaml", reasons[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_runtime_runs_is_refused()
    {
        await using var node = await NodeAsync();

        var answer = await UploadAsync(
            node,
            Zip.Of(("app.yaml", Zip.Manifest), ("app", "#!/bin/sh"))
        );

        await answer.ProblemAsync(422, "runtime_missing");
    }

    [Fact]
    public async Task A_reserved_name_is_refused()
    {
        await using var node = await NodeAsync();

        var answer = await node.Client.PostAsync(Path, Zip.Form(("metrics", Zip.App("x"))));

        await answer.ProblemAsync(400, "package_invalid");
    }

    [Fact]
    public async Task Of_several_apps_none_is_deployed_when_one_cannot_be_read()
    {
        await using var node = await NodeAsync();

        var answer = await node.Client.PostAsync(
            Path,
            Zip.Form(("one", Zip.App("first")), ("two", [1, 2, 3]))
        );

        await answer.ProblemAsync(400, "package_invalid");
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await node.Client.GetAsync("/one/version")).StatusCode
        );
    }

    [Fact]
    public async Task Of_several_apps_those_before_a_rejected_one_are_named()
    {
        await using var node = await NodeAsync();

        var answer = await node.Client.PostAsync(
            Path,
            Zip.Form(("one", Zip.App("first")), ("two", Zip.App("bad")), ("three", Zip.App("x")))
        );

        var problem = await answer.ProblemAsync(422, "artifact_invalid");
        Assert.Equal("one", problem.GetProperty("deployed").EnumerateArray().Single().GetString());
        Assert.Equal("first", await node.Client.GetStringAsync("/one/version"));
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await node.Client.GetAsync("/three/version")).StatusCode
        );
    }

    [Fact]
    public async Task An_upload_above_the_limit_is_too_large_with_and_without_a_length()
    {
        await using var node = await NodeAsync(http => http.UploadBytesMax = 10_000);
        using var form = Zip.Form(("app", new byte[20_000]));
        var bytes = await form.ReadAsByteArrayAsync();

        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path)
            {
                Content = new ByteArrayContent(bytes),
            };
            request.Content.Headers.ContentType = form.Headers.ContentType;
            request.Headers.TransferEncodingChunked = chunked;
            await (await node.Client.SendAsync(request)).ProblemAsync(413, "payload_too_large");
        }
    }

    [Fact]
    public async Task A_zip_above_its_own_limit_is_too_large()
    {
        await using var node = await NodeAsync(http =>
            http.Packages = new() { ArchiveBytesMax = 100 }
        );

        var answer = await UploadAsync(node, Zip.App("first"));

        await answer.ProblemAsync(413, "package_too_large");
    }

    [Theory]
    [InlineData("--b\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"app\"\r\n\r\nhalf a zip")]
    [InlineData("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\nno header at all\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("--b--\r\n")]
    [InlineData("--other\r\n")]
    [InlineData("")]
    public async Task A_malformed_multipart_body_is_refused(string body)
    {
        await using var node = await NodeAsync();

        var answer = await PostRawAsync(node, body, "multipart/form-data; boundary=b");

        await answer.ProblemAsync(400, "upload_invalid");
    }

    [Theory]
    [InlineData("application/zip", 415, "not_multipart")]
    [InlineData("multipart/mixed; boundary=b", 415, "not_multipart")]
    [InlineData(null, 415, "not_multipart")]
    [InlineData("multipart/form-data", 400, "upload_invalid")]
    public async Task Another_media_type_is_refused(string? type, int status, string code)
    {
        await using var node = await NodeAsync();

        var answer = await PostRawAsync(node, "--b--\r\n", type);

        await answer.ProblemAsync(status, code);
    }

    [Fact]
    public async Task The_same_app_twice_in_one_upload_is_refused()
    {
        await using var node = await NodeAsync();

        var answer = await node.Client.PostAsync(
            Path,
            Zip.Form(("app", Zip.App("a")), ("app", Zip.App("b")))
        );

        await answer.ProblemAsync(400, "upload_invalid");
    }

    [Fact]
    public async Task A_web_page_that_posts_a_form_to_localhost_deploys_nothing()
    {
        await using var node = await NodeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = Zip.Form(("app", Zip.App("evil"))),
        };
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        request.Headers.Add("Sec-Fetch-Mode", "no-cors");

        var answer = await node.Client.SendAsync(request);

        await answer.ProblemAsync(403, "cross_site");
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await node.Client.GetAsync("/app/version")).StatusCode
        );
    }

    [Fact]
    public async Task A_page_whose_host_name_was_given_this_address_deploys_nothing()
    {
        await using var node = await NodeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = Zip.Form(("app", Zip.App("evil"))),
        };
        request.Headers.Host = "rebound.example";

        await (await node.Client.SendAsync(request)).ProblemAsync(403, "host_refused");
    }

    [Fact]
    public async Task Management_can_be_left_out()
    {
        await using var node = await NodeAsync(http => http.MapManagement = false);

        var answer = await UploadAsync(node, Zip.App("x"));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task More_uploads_at_once_than_allowed_are_told_to_come_back()
    {
        await using var node = await NodeAsync(http => http.UploadsMax = 0);

        var answer = await UploadAsync(node, Zip.App("x"));

        await answer.ProblemAsync(503, "overloaded");
    }

    private static Task<WebNode> NodeAsync(Action<WaverlessHttpOptions>? http = null) =>
        WebNode.StartAsync(w => w.Services.AddSingleton<IFunctionRuntime, JarRuntime>(), http);

    private static Task<HttpResponseMessage> UploadAsync(WebNode node, byte[] zip) =>
        node.Client.PostAsync(Path, Zip.Form(("app", zip)));

    private static async Task<string> VersionAsync(HttpResponseMessage answer) =>
        (await answer.JsonAsync()).GetProperty("apps")[0].GetProperty("version").GetString()!;

    private static Task<HttpResponseMessage> PostRawAsync(WebNode node, string body, string? type)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return node.Client.PostAsync(Path, content);
    }
}
