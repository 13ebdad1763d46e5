using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Waverless.ClusterProcesses;

/// <summary>
/// An app that is deployed again and again while it is asked: an answer names the versions that
/// one request has seen.
/// </summary>
internal sealed class VersionedApp(Tally tally)
{
    // Keys give a function a home, so that the calls between the two cross the network.
    private const string Manifest = """
        fns:
          ask:
            http.get: {call: indirect}
          tell:
            rpc:
            kvs:
              k_{}: [get]
        """;

    private int _done;
    private int _begun;

    /// <summary>The version that all nodes run.</summary>
    public int Done => Volatile.Read(ref _done);

    public async Task DeployAsync(ProcessNode node, int version)
    {
        Volatile.Write(ref _begun, version);
        using var form = new MultipartFormDataContent();
        using var zip = new ByteArrayContent(Package(version));
        form.Add(zip, "versioned", "versioned.zip");
        using var answer = await node.Http.PostAsync("/appmgmt/upload_app", form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        Volatile.Write(ref _done, version);
    }

    /// <summary>Asks once: one version, that of the last deployment or of the one in progress.</summary>
    public async Task AskAsync(ProcessNode node)
    {
        var oldest = Volatile.Read(ref _done);
        var answer = await tally.AskAsync(node, HttpMethod.Get, "/versioned/ask", "");
        var newest = Volatile.Read(ref _begun);
        if (answer is null)
        {
            return;
        }

        var seen = answer.Split(' ');
        var isOne = seen.Length == 3 && seen.Distinct(StringComparer.Ordinal).Count() == 1;
        if (!isOne || !int.TryParse(seen[0], CultureInfo.InvariantCulture, out var version))
        {
            tally.Wrong($"a request has seen '{answer}'");
        }
        else if (version < oldest || version > newest)
        {
            tally.Wrong($"a request has seen {version}, not {oldest} to {newest}");
        }
    }

    private static byte[] Package(int version)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            Write(zip, "app.yaml", Manifest);
            Write(zip, "app.jar", version.ToString(CultureInfo.InvariantCulture));
        }

        return bytes.ToArray();
    }

    private static void Write(ZipArchive zip, string path, string text)
    {
        using var entry = zip.CreateEntry(path).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }
}
