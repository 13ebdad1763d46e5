using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Waverless.AspNetCore.Functions;
using Waverless.AspNetCore.Problems;

namespace Waverless.AspNetCore.Management;

/// <summary>Answers that nobody is to keep: an object of JSON.</summary>
internal static class JsonAnswer
{
    public static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(body, WireJson.Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        context.Response.Headers.CacheControl = "no-store";
        return FunctionAnswer.WriteAsync(context, body.WrittenMemory, MediaType.Json);
    }
}
