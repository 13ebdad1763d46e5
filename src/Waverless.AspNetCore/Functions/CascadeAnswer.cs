using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Waverless.AspNetCore.Problems;
using Waverless.Events;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// Answers <c>?wait=cascade</c>: 200 with the counts when everything has ended, 202 with the counts
/// so far when the deadline came first.
/// </summary>
internal static class CascadeAnswer
{
    private const int DepthMax = 64;

    public static Task WriteAsync(
        HttpContext context,
        in InvocationResult result,
        CascadeReport report
    )
    {
        var body = new ArrayBufferWriter<byte>(256 + result.Body.Length);
        using (var json = new Utf8JsonWriter(body, WireJson.Options))
        {
            Write(json, result, report);
        }

        context.Response.StatusCode = report.IsFinished
            ? StatusCodes.Status200OK
            : StatusCodes.Status202Accepted;
        return FunctionAnswer.WriteAsync(context, body.WrittenMemory, MediaType.Json);
    }

    private static void Write(Utf8JsonWriter json, in InvocationResult result, CascadeReport report)
    {
        json.WriteStartObject();
        json.WriteString("id", report.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteBoolean("finished", report.IsFinished);
        json.WriteNumber("invocations", report.Invocations);
        json.WriteNumber("failures", report.Failures);
        json.WriteNumber("longestChain", report.LongestChain);
        json.WriteNumber("deferred", report.Deferred);
        json.WriteNumber("elapsedMs", Math.Round(report.Elapsed.TotalMilliseconds, 3));
        json.WritePropertyName("result");
        WriteResult(json, result);
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, in InvocationResult result)
    {
        if (result.Body.IsEmpty)
        {
            json.WriteNullValue();
        }
        else if (
            MediaType.IsJson(result.ContentType, result.Body.Span) && IsValidJson(result.Body.Span)
        )
        {
            json.WriteRawValue(result.Body.Span, skipInputValidation: true);
        }
        else
        {
            // What is not UTF-8 is replaced, where the writer itself would throw.
            json.WriteStringValue(Encoding.UTF8.GetString(result.Body.Span));
        }
    }

    private static bool IsValidJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
