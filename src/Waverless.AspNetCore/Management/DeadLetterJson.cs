using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Waverless.Events;

namespace Waverless.AspNetCore.Management;

/// <summary>Writes dead letters for programs and people.</summary>
internal static class DeadLetterJson
{
    public static ErrorClass? ErrorOf(string name) => ErrorClasses.Parse(name);

    public static void Write(Utf8JsonWriter json, DeadLetter letter, bool inFull)
    {
        json.WriteStartObject();
        WriteMembers(json, letter, inFull);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, DeadLetter letter, bool inFull)
    {
        var record = letter.Record;
        json.WriteString("id", letter.Id.ToString());
        json.WriteString("function", letter.Function.ToString());
        json.WriteString("event", letter.Event.ToString());
        json.WriteString("kind", record.Kind.ToString());
        if (letter.Key is { } key)
        {
            WriteBytes(json, "key", key.Span);
        }

        json.WriteBoolean("parked", letter.IsParked);
        json.WriteNumber("attempts", record.Attempt);
        WriteTime(json, "createdAt", record.CreatedMs);
        WriteTime(json, "failedAt", letter.FailedMs);
        json.WriteString("error", ErrorClasses.Name(letter.Error));
        json.WriteString("reason", letter.LastError?.Text ?? record.LastError);
        if (!inFull)
        {
            return;
        }

        if (!record.Payload.IsEmpty)
        {
            WriteBytes(json, "payload", record.Payload.Span);
        }

        WriteErrors(json, record);
    }

    private static void WriteErrors(Utf8JsonWriter json, EventRecord record)
    {
        json.WriteStartArray("errors");
        foreach (var error in record.Errors)
        {
            json.WriteStartObject();
            json.WriteNumber("attempt", error.Attempt);
            WriteTime(json, "at", error.TimeMs);
            json.WriteString("error", ErrorClasses.Name(error.Class));
            json.WriteString("reason", error.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Text as it is; other bytes as base64 under a name that says so.</summary>
    private static void WriteBytes(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteString(name, Encoding.UTF8.GetString(bytes));
        }
        else
        {
            json.WriteBase64String(name + "Base64", bytes);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, long timeMs)
    {
        // Stored numbers are not trusted to be dates.
        var ms = Math.Clamp(timeMs, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(ms));
    }
}
