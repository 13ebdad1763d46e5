using System.Collections.Immutable;
using System.Text.Json;

namespace Waverless.Apps;

/// <summary>Writes the graph as JSON.</summary>
internal static class GraphJson
{
    public static void Write(Utf8JsonWriter json, FunctionGraph graph)
    {
        json.WriteStartObject();
        json.WritePropertyName("functions");
        WriteNames(json, graph.Functions);
        json.WriteStartArray("starts");
        foreach (var start in graph.Starts)
        {
            Write(json, start);
        }

        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (var edge in graph.Edges)
        {
            Write(json, edge);
        }

        json.WriteEndArray();
        json.WriteStartArray("messages");
        foreach (var message in graph.Messages)
        {
            json.WriteStartObject();
            json.WriteString("from", message.From.ToString());
            json.WriteString("to", message.To.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cycles");
        foreach (var cycle in graph.Cycles)
        {
            WriteNames(json, cycle);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GraphStart start)
    {
        json.WriteStartObject();
        json.WriteString("function", start.Function.ToString());
        json.WriteString("kind", Word(start.Kind));
        if (start.On is not null)
        {
            json.WriteString("on", start.On);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GraphEdge edge)
    {
        json.WriteStartObject();
        json.WriteString("from", edge.From.ToString());
        json.WriteString("change", edge.Change.Text);
        json.WriteString("to", edge.To.ToString());
        json.WriteString("trigger", edge.Trigger.Text);
        json.WriteString("kind", Word(GraphStart.KindOf(edge.Kind)));
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, ImmutableArray<FunctionAddress> functions)
    {
        json.WriteStartArray();
        foreach (var function in functions)
        {
            json.WriteStringValue(function.ToString());
        }

        json.WriteEndArray();
    }

    private static string Word(GraphStartKind kind) =>
        kind switch
        {
            GraphStartKind.Http => "http",
            GraphStartKind.Rpc => "rpc",
            GraphStartKind.Set => "set",
            GraphStartKind.New => "new",
            GraphStartKind.Delete => "delete",
            GraphStartKind.Message => "message",
            _ => "timer",
        };
}
