using System.Text.Json;
using Waverless.Invocations;

namespace EmbedInYourHost;

/// <summary>JSON as functions read and write it.</summary>
internal static class Json
{
    public static Payload ToPayload<T>(T value) =>
        Payload.From(
            JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web),
            "application/json"
        );

    public static T Read<T>(InvocationResult result) =>
        JsonSerializer.Deserialize<T>(result.Body.Span, JsonSerializerOptions.Web)
        ?? throw new JsonException("The function answered null.");
}
