using System.Text;
using CsCheck;
using Microsoft.AspNetCore.Http;
using Waverless.Apps;
using Waverless.AspNetCore.Hosts;

namespace Waverless.AspNetCore.Management;

public sealed class UploadReaderTests
{
    private static readonly UploadReader Reader = new(100_000, PackageLimits.Default);

    [Fact]
    public async Task A_form_is_read_into_packages()
    {
        using var form = Zip.Form(("one", Zip.App("1")), ("two", Zip.App("2")));
        var body = await form.ReadAsByteArrayAsync();

        var packages = await ReadAsync(body, form.Headers.ContentType!.ToString());

        Assert.Equal(["one", "two"], packages.Select(package => package.Manifest.Name));
    }

    [Fact]
    public async Task A_form_that_was_cut_or_changed_anywhere_is_read_or_refused_with_a_problem()
    {
        using var form = Zip.Form(("one", Zip.App("1")), ("two", Zip.App("2")));
        var whole = await form.ReadAsByteArrayAsync();
        var type = form.Headers.ContentType!.ToString();

        await Gen.Select(Gen.Int[0, whole.Length], Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Bool)
            .SampleAsync(
                async (length, position, value, cut) =>
                {
                    var body = cut ? whole[..length] : whole.ToArray();
                    if (!cut)
                    {
                        body[position] = value;
                    }

                    await ReadOrRefuseAsync(body, type);
                }
            );
    }

    [Fact]
    public async Task Any_text_is_refused_with_a_problem()
    {
        string[] pieces =
        [
            "--b",
            "--",
            "\r\n",
            "\n",
            "Content-Disposition: form-data; name=app",
            ":",
            "\0",
            "name=\"app\"",
            "zip",
            " ",
        ];
        await Gen.Int[0, pieces.Length - 1]
            .List[0, 20]
            .SampleAsync(async indexes =>
            {
                var text = string.Concat(indexes.Select(index => pieces[index]));
                await ReadOrRefuseAsync(
                    Encoding.ASCII.GetBytes(text),
                    "multipart/form-data; boundary=b"
                );
            });
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; charset=x")]
    public async Task A_form_without_boundary_is_refused(string type)
    {
        var refusal = await Assert.ThrowsAsync<UploadException>(() => ReadAsync([], type));

        Assert.Contains(refusal.Problem.Kind.Status, new[] { 400, 415 });
    }

    private static async Task ReadOrRefuseAsync(byte[] body, string type)
    {
        try
        {
            var packages = await ReadAsync(body, type);
            Assert.NotEmpty(packages);
        }
        catch (UploadException refusal)
        {
            Assert.NotNull(refusal.Problem.Detail);
        }
        catch (AppRejectedException rejection)
        {
            Assert.NotEmpty(rejection.Reasons);
        }
    }

    private static Task<IReadOnlyList<AppPackage>> ReadAsync(byte[] body, string type)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = type;
        context.Request.Body = new MemoryStream(body);
        return Reader.ReadAsync(context.Request, CancellationToken.None);
    }
}
