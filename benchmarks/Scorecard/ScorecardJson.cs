using System.Text.Json;

namespace Scorecard;

/// <summary>The lines as JSON.</summary>
internal static class ScorecardJson
{
    public static async Task WriteAsync(string file, IReadOnlyList<Line> lines)
    {
        await using var stream = File.Create(file);
        await using var json = new Utf8JsonWriter(
            stream,
            new JsonWriterOptions { Indented = true }
        );
        json.WriteStartObject();
        json.WriteString("date", DateTime.UtcNow.ToString("u"));
        json.WriteString("machine", Machine.Describe());
        json.WriteStartArray("rows");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("row", line.Row);
            json.WriteString("unit", line.Unit);
            json.WriteNumber("measured", Math.Round(line.Measured, 3));
            json.WriteNumber("baseline", Math.Round(line.Baseline, 3));
            json.WriteNumber("ratio", Math.Round(line.Ratio, 3));
            json.WriteString("bar", line.Bar.Text(line.Unit));
            json.WriteString("verdict", line.Verdict);
            json.WriteString("against", line.Against);
            json.WriteNumber("errors", line.Errors);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
