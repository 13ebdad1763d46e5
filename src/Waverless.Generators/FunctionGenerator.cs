using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Waverless.Generators.Models;
using Waverless.Generators.Reading;
using Waverless.Generators.Writing;

namespace Waverless.Generators;

/// <summary>
/// Makes, of classes with <c>[Functions]</c>, the code that adds their functions to a node:
/// <c>AddGeneratedFunctions()</c> for all of an assembly, <c>Add{Class}()</c> for one class.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class FunctionGenerator : IIncrementalGenerator
{
    /// <summary>Names the step whose output is to stay the same while functions do.</summary>
    internal const string SetsStep = "Sets";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var classes = context.SyntaxProvider.ForAttributeWithMetadataName(
            Names.Functions,
            static (node, _) => node is TypeDeclarationSyntax,
            static (found, _) => ClassReader.Read(found)
        );
        var sets = classes
            .Select(static (read, _) => read.Set)
            .Where(static set => set is not null)
            .Select(static (set, _) => set!)
            .WithTrackingName(SetsStep);
        context.RegisterSourceOutput(
            sets,
            static (output, set) => output.AddSource($"{HintOf(set)}.g.cs", SetWriter.Write(set))
        );
        context.RegisterSourceOutput(
            sets.Collect(),
            static (output, all) =>
            {
                if (!all.IsEmpty)
                {
                    output.AddSource("WaverlessGeneratedFunctions.g.cs", AllWriter.Write(all));
                }
            }
        );
        context.RegisterSourceOutput(
            classes.SelectMany(static (read, _) => read.Findings),
            static (output, finding) => output.ReportDiagnostic(finding.ToDiagnostic())
        );
        context.RegisterSourceOutput(
            classes.SelectMany(static (read, _) => read.Declared).Collect(),
            static (output, all) => ReportTwice(output, all)
        );
        foreach (var trigger in Names.Starts)
        {
            RegisterStray(context, trigger);
        }
    }

    private static string HintOf(FunctionSet set) =>
        set.Namespace.Length == 0 ? set.GeneratedName : $"{set.Namespace}.{set.GeneratedName}";

    private static void ReportTwice(
        SourceProductionContext output,
        IReadOnlyCollection<Declared> declared
    )
    {
        foreach (var same in declared.GroupBy(one => one.Address).Where(group => group.Count() > 1))
        {
            foreach (var one in same)
            {
                var finding = new Finding(
                    Rules.Twice,
                    one.Place,
                    new EquatableArray<string>([same.Key, $"{same.Count()}"])
                );
                output.ReportDiagnostic(finding.ToDiagnostic());
            }
        }
    }

    private static void RegisterStray(
        IncrementalGeneratorInitializationContext context,
        string trigger
    ) =>
        context.RegisterSourceOutput(
            context
                .SyntaxProvider.ForAttributeWithMetadataName(
                    trigger,
                    static (node, _) => node is MethodDeclarationSyntax,
                    static (found, _) =>
                        found.TargetSymbol.ContainingType?.Find(Names.Functions) is null
                            ? Finding.At(
                                Rules.NoClass,
                                found.TargetSymbol.Locations.FirstOrDefault(),
                                found.TargetSymbol.Name
                            )
                            : null
                )
                .Where(static finding => finding is not null),
            static (output, finding) => output.ReportDiagnostic(finding!.ToDiagnostic())
        );
}
