using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Waverless.Generators.Reading;

/// <summary>The types that the generator knows, by their names.</summary>
internal static class Names
{
    public const string Functions = "Waverless.Functions.FunctionsAttribute";
    public const string Function = "Waverless.Functions.FunctionAttribute";
    public const string Http = "Waverless.Functions.HttpTriggerAttribute";
    public const string Rpc = "Waverless.Functions.RpcTriggerAttribute";
    public const string Kv = "Waverless.Functions.KvTriggerAttribute";
    public const string Queue = "Waverless.Functions.QueueTriggerAttribute";
    public const string Timer = "Waverless.Functions.TimerAttribute";
    public const string Reads = "Waverless.Functions.ReadsAttribute";
    public const string Writes = "Waverless.Functions.WritesAttribute";
    public const string Deletes = "Waverless.Functions.DeletesAttribute";
    public const string Sends = "Waverless.Functions.SendsAttribute";
    public const string Retry = "Waverless.Functions.RetryAttribute";
    public const string Batch = "Waverless.Functions.BatchAttribute";
    public const string Inject = "Waverless.Runtime.Managed.InjectAttribute";
    public const string Keyed =
        "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    public const string JsonContext = "System.Text.Json.Serialization.JsonSerializerContext";
    public const string JsonSerializable =
        "System.Text.Json.Serialization.JsonSerializableAttribute";
    public const string ActivatorConstructor =
        "Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute";

    public const string Context = "global::Waverless.Runtime.FunctionContext";
    public const string Key = "global::Waverless.Kv.KvKey";
    public const string Events =
        "global::System.Collections.Generic.IReadOnlyList<global::Waverless.Runtime.FunctionEvent>";

    public const string Payload = "global::Waverless.Invocations.Payload";
    public const string Result = "global::Waverless.Invocations.InvocationResult";
    public const string Token = "global::System.Threading.CancellationToken";
    public const string Task = "global::System.Threading.Tasks.Task";
    public const string ValueTask = "global::System.Threading.Tasks.ValueTask";
    public const string Memory = "global::System.ReadOnlyMemory<byte>";
    public const string Sequence = "global::System.Buffers.ReadOnlySequence<byte>";

    /// <summary>What makes a method a function.</summary>
    public static readonly string[] Starts = [Function, Http, Rpc, Kv, Queue, Timer];

    /// <summary>What a function may declare beside that.</summary>
    public static readonly string[] Uses = [Reads, Writes, Deletes, Sends, Retry, Batch];

    /// <summary>A type's name as generated code writes it.</summary>
    public static string Of(ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>A type's name as its author would write it.</summary>
    public static string Short(ITypeSymbol type) =>
        type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>A text as a literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>Whether an attribute is of that name.</summary>
    public static bool Is(this AttributeData attribute, string name) =>
        attribute.AttributeClass?.ToDisplayString() == name;

    /// <summary>The first attribute of that name; null: there is none.</summary>
    public static AttributeData? Find(this ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.Is(name));

    /// <summary>The place of an attribute, else of the symbol that carries it.</summary>
    public static Location? PlaceOf(AttributeData attribute, ISymbol symbol) =>
        attribute.ApplicationSyntaxReference is { } reference
            ? reference.SyntaxTree.GetLocation(reference.Span)
            : symbol.Locations.FirstOrDefault();
}
