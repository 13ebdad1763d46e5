using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Waverless.Apps;

/// <summary>
/// The data-event-driven graph, derived from manifests: what starts which function, and which can
/// set off which, by messages or through keys that one may change and the other is triggered by.
/// Immutable.
/// </summary>
public sealed class FunctionGraph
{
    private FunctionGraph(
        ImmutableArray<FunctionAddress> functions,
        ImmutableArray<GraphStart> starts,
        ImmutableArray<GraphEdge> edges,
        ImmutableArray<GraphMessage> messages,
        ImmutableArray<ImmutableArray<FunctionAddress>> cycles
    )
    {
        Functions = functions;
        Starts = starts;
        Edges = edges;
        Messages = messages;
        Cycles = cycles;
    }

    /// <summary>All functions, in the order of their addresses.</summary>
    public ImmutableArray<FunctionAddress> Functions { get; }

    /// <summary>What starts them, in the order of their addresses and manifests.</summary>
    public ImmutableArray<GraphStart> Starts { get; }

    /// <summary>All edges through keys, in the order of their functions.</summary>
    public ImmutableArray<GraphEdge> Edges { get; }

    /// <summary>Who sends messages to whom, in the order of their functions.</summary>
    public ImmutableArray<GraphMessage> Messages { get; }

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
        var starts = all.SelectMany(app =>
                app.Functions.SelectMany(f => GraphStart.Of(Address(app, f), f))
            )
            .OrderBy(start => start.Function.ToString(), StringComparer.Ordinal)
            .ToImmutableArray();
        var messages = all.SelectMany(app =>
                app.Functions.SelectMany(f =>
                    f.Sends.Select(to => new GraphMessage(Address(app, f), to))
                )
            )
            .Distinct()
            .OrderBy(message => message.From.ToString(), StringComparer.Ordinal)
            .ThenBy(message => message.To.ToString(), StringComparer.Ordinal)
            .ToImmutableArray();
        var next = edges
            .Select(edge => (edge.From, edge.To))
            .Concat(messages.Select(message => (message.From, message.To)));
        var cycles = GraphCycles.Find(functions, next);
        return new FunctionGraph(functions, starts, edges, messages, cycles);
    }

    /// <summary>
    /// The graph as JSON: <c>functions</c>, <c>starts</c>, <c>edges</c>, <c>messages</c>,
    /// <c>cycles</c>.
    /// </summary>
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
        GraphJson.Write(json, this);
    }

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
