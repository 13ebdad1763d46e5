using System.IO.Compression;
using System.Net;

namespace QuickStart.Checking;

/// <summary>Deploys an app while the others run.</summary>
internal static class UploadSteps
{
    private const string NewApp = "fn3";

    public static async Task UploadAsync(CheckClient client)
    {
        var folder = Path.Combine(QuickStartSettings.AppsFolder, "fn2");
        using var zip = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(folder, zip);
        var uploaded = await client.UploadAsync(NewApp, zip.ToArray());
        uploaded.Expect(HttpStatusCode.OK);
        var answer = await client.PostAsync($"/{NewApp}/fn2");
        answer.Expect(HttpStatusCode.OK, "hello world");
    }

    public static async Task UploadBrokenAsync(CheckClient client)
    {
        var refused = await client.UploadAsync(NewApp, "this is not a zip"u8.ToArray());
        refused.ExpectProblem(HttpStatusCode.BadRequest, "package_invalid");
        var answer = await client.PostAsync($"/{NewApp}/fn2");
        answer.Expect(HttpStatusCode.OK, "hello world");
    }
}
