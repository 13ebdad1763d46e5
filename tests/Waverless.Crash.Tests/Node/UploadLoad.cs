using System.IO.Compression;

namespace Waverless.Crash.Node;

/// <summary>Uploads of one app version after the other: after a crash one of them is there.</summary>
internal sealed class UploadLoad : Load
{
    public override async Task VerifyAsync(HttpClient http)
    {
        if (Acknowledged.Count > 0)
        {
            Assert.True(await Calls.PostAsync(http, "/ledger/note", "1"), "no ledger");
        }
    }

    protected override async Task<bool> CallAsync(HttpClient http, int id)
    {
        await Task.Delay(50);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(await ZipAsync(id)), "ledger", "ledger.zip" },
        };
        return await Requests.TryAsync(() => http.PostAsync("/appmgmt/upload_app", form))
            is not null;
    }

    private static async Task<byte[]> ZipAsync(int id)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "ledger");
        using var bytes = new MemoryStream();
        await using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntryFromFile(Path.Combine(folder, "app.wasm"), "app.wasm");
            await using var manifest = new StreamWriter(zip.CreateEntry("app.yaml").Open());
            await manifest.WriteAsync(
                await File.ReadAllTextAsync(Path.Combine(folder, "app.yaml"))
            );
            await manifest.WriteAsync($"\n# version {id}\n");
        }

        return bytes.ToArray();
    }
}
