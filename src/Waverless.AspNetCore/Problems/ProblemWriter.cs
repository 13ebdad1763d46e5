using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Waverless.AspNetCore.Problems;

/// <summary>Answers with RFC 9457 problem details.</summary>
internal static class ProblemWriter
{
    private const string ContentType = "application/problem+json";
    private const string RetryAfterSeconds = "1";

    public static Task WriteAsync(HttpContext context, ProblemKind kind, string? detail) =>
        WriteAsync(context, new Problem(kind, detail));

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var kind = problem.Kind;
        var response = context.Response;
        response.StatusCode = kind.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (kind.RetryLater)
        {
            response.Headers.RetryAfter = RetryAfterSeconds;
        }

        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, WireJson.Options))
        {
            Write(json, problem, context);
        }

        response.ContentLength = body.WrittenCount;
        return response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    private static void Write(Utf8JsonWriter json, Problem problem, HttpContext context)
    {
        json.WriteStartObject();
        json.WriteString("type", "urn:waverless:problem:" + problem.Kind.Code);
        json.WriteString("title", problem.Kind.Title);
        json.WriteNumber("status", problem.Kind.Status);
        if (problem.Detail is { } detail)
        {
            json.WriteString("detail", detail);
        }

        json.WriteString("instance", context.Request.Path.Value);
        json.WriteString("code", problem.Kind.Code);
        json.WriteString("traceId", TraceId(context));
        if (problem.App is { } app)
        {
            json.WriteString("app", app);
        }

        WriteList(json, "reasons", problem.Reasons);
        WriteList(json, "deployed", problem.Deployed);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string TraceId(HttpContext context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
            ? activity.TraceId.ToHexString()
            : context.TraceIdentifier;
}
