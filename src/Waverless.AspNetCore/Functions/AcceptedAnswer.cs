using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Waverless.AspNetCore.Problems;
using Waverless.Events;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// Answers <c>Prefer: respond-async</c>: 202 with the id of the event that will run the call.
/// </summary>
internal static class AcceptedAnswer
{
    private const string Applied = "Preference-Applied";

    public static Task WriteAsync(HttpContext context, EventId id)
    {
        TraceHeaders.Answer(context);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers[Applied] = RequestWishes.Async;
        var body = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(body, WireJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("id", id.ToString());
            json.WriteEndObject();
        }

        return FunctionAnswer.WriteAsync(context, body.WrittenMemory, MediaType.Json);
    }
}
