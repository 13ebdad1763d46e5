using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Waverless.Apps;

/// <summary>
/// The data-event-driven graph, derived from manifests: which function can set off which, through
/// keys that one may change and the other is triggered by. Immutable.
/// </summary>
public sealed class FunctionGraph
{
    private FunctionGraph(
        ImmutableArray<FunctionAddress> functions,
        ImmutableArray<GraphEdge> edges,
        ImmutableArray<ImmutableArray<FunctionAddress>> cycles
    )
    {
        Functions = functions;
        Edges = edges;
        Cycles = cycles;
    }

    /// <summary>All functions, in the order of their addresses.</summary>
    public ImmutableArray<FunctionAddress> Functions { get; }

    /// <summary>All edges, in the order of their functions.</summary>
    public ImmutableArray<GraphEdge> Edges { get; }

    /// <summary>
    /// Functions that can set themselves off again, directly or through each other; each once.
    /// That is legal: longchain is one.
    /// </summary>
    public ImmutableArray<ImmutableArray<FunctionAddress>> Cycles { get; }

    /// <summary>Derives the graph of the deployed apps.</summary>
    public static FunctionGraph Build(IEnumerable<AppManifest> apps)
    {
        ArgumentNullException.ThrowIfNull(apps);
        var all = apps.OrderBy(app => app.Name, StringComparer.Ordinal).ToList();
        var functions = all.SelectMany(app => app.Functions.Select(f => Address(app, f)))
            .OrderBy(address => address.ToString(), StringComparer.Ordinal)
            .ToImmutableArray();
        var edges = all.SelectMany(Writers)
            .Join(all.SelectMany(Triggered), writer => writer.Owner, t => t.Owner, Edge)
            .OfType<GraphEdge>()
            .Distinct()
            .OrderBy(edge => edge.From.ToString(), StringComparer.Ordinal)
            .ThenBy(edge => edge.To.ToString(), StringComparer.Ordinal)
            .ToImmutableArray();
        return new FunctionGraph(functions, edges, GraphCycles.Find(functions, edges));
    }

    /// <summary>The graph as JSON: <c>functions</c>, <c>edges</c>, <c>cycles</c>.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            WriteTo(json);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Writes the graph as one JSON object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        WriteNames(json, "functions", Functions);
        json.WriteStartArray("edges");
        foreach (var edge in Edges)
        {
            json.WriteStartObject();
            json.WriteString("from", edge.From.ToString());
            json.WriteString("change", edge.Change.Text);
            json.WriteString("to", edge.To.ToString());
            json.WriteString("trigger", edge.Trigger.Text);
            json.WriteString("kind", Word(edge.Kind));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("cycles");
        foreach (var cycle in Cycles)
        {
            WriteNames(json, null, cycle);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNames(
        Utf8JsonWriter json,
        string? property,
        ImmutableArray<FunctionAddress> functions
    )
    {
        if (property is not null)
        {
            json.WritePropertyName(property);
        }

        json.WriteStartArray();
        foreach (var function in functions)
        {
            json.WriteStringValue(function.ToString());
        }

        json.WriteEndArray();
    }

    private static string Word(KeyTriggerKind kind) =>
        kind switch
        {
            KeyTriggerKind.Set => "set",
            KeyTriggerKind.New => "new",
            _ => "delete",
        };

    private static FunctionAddress Address(AppManifest app, FunctionManifest function) =>
        new(app.Name, function.Name);

    private static IEnumerable<Writer> Writers(AppManifest app) =>
        from function in app.Functions
        from grant in function.Kvs
        select new Writer(grant.Pattern.App ?? app.Name, Address(app, function), grant);

    private static IEnumerable<Reader> Triggered(AppManifest app) =>
        from function in app.Functions
        from trigger in function.Triggers
        select new Reader(trigger.Pattern.App ?? app.Name, Address(app, function), trigger);

    private static GraphEdge? Edge(Writer from, Reader to)
    {
        var needed =
            to.Trigger.Kind == KeyTriggerKind.Delete ? KeyOperations.Delete : KeyOperations.Set;
        var (change, trigger) = (from.Grant.Pattern, to.Trigger.Pattern);
        return from.Grant.Operations.HasFlag(needed) && change.Intersects(trigger)
            ? new GraphEdge(from.Function, change, to.Function, trigger, to.Trigger.Kind)
            : null;
    }

    private sealed record Writer(string Owner, FunctionAddress Function, KeyPatternGrant Grant);

    private sealed record Reader(string Owner, FunctionAddress Function, KeyTrigger Trigger);
}
