using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;

namespace Waverless.Crash;

/// <summary>
/// An uploaded app that keeps notes, and whose function <c>echo</c> is started by each: no answered
/// note may be missing, and no kept note may be without its echo.
/// </summary>
internal sealed class Ledger
{
    private const int Writers = 2;
    private const int IdsPerAudit = 4096;

    private readonly ConcurrentDictionary<int, bool> _kept = new();
    private int _ids;
    private bool _uploaded;

    public int Kept => _kept.Count;

    /// <summary>Keeps notes until the node is gone; counts those that were answered.</summary>
    public async Task<int> KeepAsync(HttpClient http)
    {
        var before = Kept;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => WriteAsync(http)));
        return Kept - before;
    }

    public async Task VerifyAsync(HttpClient http)
    {
        await UploadAsync(http);
        for (var from = 0; from < _ids; from += IdsPerAudit)
        {
            var first = from;
            var count = Math.Min(IdsPerAudit, _ids - first);
            await Requests.UntilNothingIsMissingAsync(() => MissingAsync(http, first, count));
        }
    }

    private async Task WriteAsync(HttpClient http)
    {
        while (true)
        {
            var id = Interlocked.Increment(ref _ids) - 1;
            var note = Text(id);
            if (await Requests.TryAsync(() => PostAsync(http, "/ledger/note", note)) is null)
            {
                return;
            }

            _kept[id] = true;
        }
    }

    /// <summary>Notes without an echo have time to get it; what was answered must be there.</summary>
    private async Task<string?> MissingAsync(HttpClient http, int from, int count)
    {
        var found = await Requests.TryAsync(() =>
            PostAsync(http, "/ledger/audit", $"{from} {count}")
        );
        Assert.Equal(count, found?.Length);
        for (var i = 0; i < count; i++)
        {
            var isKept = found![i] is 'n' or 'b';
            Assert.True(isKept || !_kept.ContainsKey(from + i), $"note {from + i} is lost");
            Assert.True(found[i] != 'e', $"note {from + i} has an echo but was not kept");
        }

        var without = found!.IndexOf('n', StringComparison.Ordinal);
        return without < 0 ? null : $"note {from + without} never set off its echo";
    }

    private async Task UploadAsync(HttpClient http)
    {
        if (_uploaded)
        {
            return;
        }

        using var zip = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(
            Path.Combine(AppContext.BaseDirectory, "ledger"),
            zip
        );
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(zip.ToArray()), "ledger", "ledger.zip" },
        };
        Assert.NotNull(await Requests.TryAsync(() => http.PostAsync("/appmgmt/upload_app", form)));
        _uploaded = true;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string body) =>
        http.PostAsync(path, new StringContent(body));

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);
}
