using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Waverless.ClusterProcesses;

/// <summary>
/// Counts what became of each request: answered, refused by an error that programs understand, or
/// met nobody at a node that was killed. Anything else is a defect. Thread-safe.
/// </summary>
internal sealed class Tally
{
    private static readonly string[] Typed =
    [
        "unavailable",
        "node_lost",
        "overloaded",
        "timed_out",
    ];

    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _defects = new();
    private int _asked;
    private int _settled;

    public int Answered => _counts.GetValueOrDefault("answered");

    /// <summary>Requests that have come to an end.</summary>
    public int Settled => Volatile.Read(ref _settled);

    /// <summary>Asks a node, and counts what comes of it; null: no answer.</summary>
    public async Task<string?> AskAsync(
        ProcessNode node,
        HttpMethod method,
        string path,
        string body
    )
    {
        Interlocked.Increment(ref _asked);
        var mayBeAway = node.MayBeAway;
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (method != HttpMethod.Get)
            {
                request.Content = new StringContent(body);
            }

            using var answer = await node.Http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Count("answered");
                return text;
            }

            Refused(node, path, answer, text);
        }
        catch (HttpRequestException) when (mayBeAway || node.MayBeAway)
        {
            Count("nobody there");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Wrong($"node {node.Id} {path}: {e.Message}");
        }
        finally
        {
            Interlocked.Increment(ref _settled);
        }

        return null;
    }

    /// <summary>An answer was not what it had to be.</summary>
    public void Wrong(string what) => _defects.Enqueue(what);

    /// <summary>Every request came to one of the ends that are promised.</summary>
    public void Check()
    {
        Assert.Equal(_asked, _settled);
        Assert.True(_defects.IsEmpty, $"{this}\n{string.Join('\n', _defects.Take(20))}");
    }

    /// <summary>Every request was answered.</summary>
    public void CheckAllAnswered()
    {
        Check();
        Assert.True(_asked == Answered, ToString());
    }

    public override string ToString() =>
        $"{_asked} asked: "
        + string.Join(", ", _counts.OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key}"))
        + $", {_defects.Count} wrong";

    private void Refused(ProcessNode node, string path, HttpResponseMessage answer, string text)
    {
        var code = CodeOf(answer, text);
        if (Typed.Contains(code, StringComparer.Ordinal))
        {
            Count(code!);
        }
        else
        {
            Wrong($"node {node.Id} {path}: {(int)answer.StatusCode} {text}");
        }
    }

    private static string? CodeOf(HttpResponseMessage answer, string text)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        using var problem = JsonDocument.Parse(text);
        return problem.RootElement.GetProperty("code").GetString();
    }

    private void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);
}
