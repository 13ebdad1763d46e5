using System.Net;
using System.Text.Json;

namespace QuickStart.Checking;

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, string Body)
{
    private const int ShownCharactersMax = 400;

    public void Expect(HttpStatusCode status, string body)
    {
        Expect(status);
        if (Body != body)
        {
            throw new CheckFailedException($"the body was {Cut(Body)}; expected {Cut(body)}");
        }
    }

    public void Expect(HttpStatusCode status)
    {
        if (Status != status)
        {
            throw new CheckFailedException(
                $"the status was {(int)Status}; expected {(int)status}. {Cut(Body)}"
            );
        }
    }

    /// <summary>Expects a problem (RFC 9457) with a stable code.</summary>
    public void ExpectProblem(HttpStatusCode status, string code)
    {
        Expect(status);
        if (MediaType != "application/problem+json" || Text("code") != code)
        {
            throw new CheckFailedException(
                $"{MediaType} {Cut(Body)} came; expected application/problem+json with {code}"
            );
        }
    }

    /// <summary>Expects the report of a cascade in which nothing failed.</summary>
    public void ExpectCascade(int? invocations = null, int? longestChain = null)
    {
        Expect(HttpStatusCode.OK);
        ExpectNumber("failures", 0);
        if (invocations is { } count)
        {
            ExpectNumber("invocations", count);
        }

        if (longestChain is { } chain)
        {
            ExpectNumber("longestChain", chain);
        }
    }

    public override string ToString() =>
        MediaType is null ? $"{(int)Status}" : $"{(int)Status} {MediaType}  {Cut(Body)}";

    private void ExpectNumber(string name, int expected)
    {
        if (Text(name) is var actual && actual != $"{expected}")
        {
            throw new CheckFailedException($"\"{name}\" was {actual}; expected {expected}");
        }
    }

    private string? Text(string name)
    {
        try
        {
            using var json = JsonDocument.Parse(Body);
            return json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
        }
        catch (JsonException)
        {
            throw new CheckFailedException($"{Cut(Body)} came; expected JSON");
        }
    }

    private static string Cut(string text) =>
        text.Length <= ShownCharactersMax ? text : $"{text[..ShownCharactersMax]}...";
}
