using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Waverless.Generators;

/// <summary>What the generator makes of a source, compiled.</summary>
internal sealed class Compiled
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.Extensions.DependencyInjection;
        global using Waverless.Apps;
        global using Waverless.Functions;
        global using Waverless.Invocations;
        global using Waverless.Kv;
        global using Waverless.Runtime;
        global using Waverless.Runtime.Managed;
        """;

    /// <summary>A JSON context whose own generated part is written by hand.</summary>
    private const string Json = """
        using System.Text.Json;
        using System.Text.Json.Serialization;
        using System.Text.Json.Serialization.Metadata;

        public sealed record Order(string Id, int Count);

        public sealed record Receipt(string Id);

        public readonly record struct Point(int X, int Y);

        [JsonSerializable(typeof(Order))]
        [JsonSerializable(typeof(List<Order>))]
        [JsonSerializable(typeof(Receipt))]
        [JsonSerializable(typeof(Point))]
        public sealed class ShopJson() : JsonSerializerContext(null)
        {
            public static ShopJson Default { get; } = new();
            protected override JsonSerializerOptions? GeneratedSerializerOptions => null;
            public override JsonTypeInfo? GetTypeInfo(Type type) => null;
        }
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References = FindReferences();

    private Compiled(GeneratorDriverRunResult result, Compilation output)
    {
        Findings =
        [
            .. result
                .Diagnostics.OrderBy(one => one.Location.SourceSpan.Start)
                .ThenBy(one => one.Id),
        ];
        Files = result.GeneratedTrees.ToDictionary(
            tree => Path.GetFileName(tree.FilePath),
            tree => tree.GetText().ToString()
        );
        Output = output;
    }

    /// <summary>What the generator found wrong.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>What it wrote, by file name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    public Compilation Output { get; }

    /// <summary>What the compiler says about the source and what was generated.</summary>
    public IEnumerable<Diagnostic> Complaints =>
        Output
            .GetDiagnostics()
            .Where(one =>
                one.Severity >= DiagnosticSeverity.Warning && !one.Id.StartsWith("CS1701")
            );

    public static Compiled Of(string source)
    {
        var compilation = Compile(source);
        var driver = Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        return new Compiled(driver.GetRunResult(), output);
    }

    public static CSharpCompilation Compile(string source) =>
        CSharpCompilation.Create(
            "Sample",
            [Parse(Usings), Parse(Json), Parse(source)],
            References,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );

    public static SyntaxTree Parse(string source) =>
        CSharpSyntaxTree.ParseText(source, Parsing, path: "Sample.cs");

    public static GeneratorDriver Driver() =>
        CSharpGeneratorDriver.Create(
            [new FunctionGenerator().AsSourceGenerator()],
            parseOptions: Parsing,
            driverOptions: new GeneratorDriverOptions(
                IncrementalGeneratorOutputKind.None,
                trackIncrementalGeneratorSteps: true
            )
        );

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        var platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return
        [
            .. platform
                .Split(Path.PathSeparator)
                // Its linked files would appear a second time beside those of Core.
                .Where(path => Path.GetFileName(path) != "Waverless.Generators.dll")
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    }
}
