using System.Globalization;
using System.Text;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.CrashNode;

/// <summary>
/// Blobs of two chunks and a bit that replace each other: each is one number, over and over.
/// </summary>
internal static class Album
{
    private const int Slots = 4;
    private const int BlobBytes = (2 * BlobStore.ChunkBytes) + 1_000;

    public static void AddTo(IWaverlessBuilder waverless) =>
        waverless.AddFunction("album/put", PutAsync, f => f.Post().Writes("photo_{}"));

    public static async Task PutAsync(string id, FunctionContext context)
    {
        var slot = int.Parse(id, CultureInfo.InvariantCulture) % Slots;
        await context.SetBlobAsync($"photo_{slot}", new MemoryStream(Content(id)));
    }

    /// <summary>The number in each slot, or what is wrong with it, and the blobs that are stored.</summary>
    public static async Task<string> AuditAsync(IKvStore store, IStorageEngine engine)
    {
        var found = new List<string>();
        for (var slot = 0; slot < Slots; slot++)
        {
            using var reader = await store.OpenBlobReadAsync($"photo_{slot}");
            if (reader is not null)
            {
                var read = new MemoryStream();
                await reader.CopyToAsync(read);
                found.Add(NumberOf(read.ToArray()));
            }
        }

        var owners = await engine.ScanAsync(
            new PartitionId("album", 0),
            BlobKeys.Owners(),
            ReadOptions.System,
            default
        );
        var doomed = await engine.ScanAsync(
            new PartitionId("album", 0),
            BlobKeys.AllDoomed(),
            ReadOptions.System,
            default
        );
        var orphans = owners.Entries.Count - found.Count + doomed.Entries.Count;
        return $"{string.Join(',', found)};{orphans}";
    }

    private static string NumberOf(byte[] content)
    {
        var number = Encoding.ASCII.GetString(
            content.AsSpan(0, content.AsSpan().IndexOf((byte)' '))
        );
        return content.AsSpan().SequenceEqual(Content(number)) ? number : $"torn {number}";
    }

    private static byte[] Content(string id)
    {
        var content = new byte[BlobBytes];
        var word = Encoding.ASCII.GetBytes(id + " ");
        for (var at = 0; at < content.Length; at++)
        {
            content[at] = word[at % word.Length];
        }

        return content;
    }
}
