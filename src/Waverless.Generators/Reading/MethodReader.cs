using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Waverless.Apps;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Reads a method of a class of functions.</summary>
internal sealed class MethodReader(
    IMethodSymbol method,
    string app,
    JsonTypes json,
    List<Finding> findings
)
{
    /// <summary>Reads it.</summary>
    /// <param name="needs">What the class's constructor needs.</param>
    /// <returns>Null: it is no function, or cannot be one.</returns>
    public FunctionMethod? Read(IReadOnlyList<string> needs)
    {
        if (!Names.Starts.Any(name => method.Find(name) is not null))
        {
            if (Names.Uses.Any(name => method.Find(name) is not null))
            {
                Report(Rules.NotStarted, method.Name);
            }

            return null;
        }

        if (BadMethod() is { } why)
        {
            Report(Rules.BadMethod, method.Name, why);
            return null;
        }

        var function = FunctionName.Of(method);
        if (NameRules.RefuseFunction(function) is { } refusal)
        {
            Report(Rules.BadName, function, refusal);
            return null;
        }

        var before = findings.Count;
        var placeholders = PlaceholderNames.Of(method, findings);
        placeholders.FindUnbound(method, findings);
        var parameters = new ParametersReader(method, json, placeholders, findings).Read();
        var answer = new AnswerReader(method, json).Read(findings);
        var declared = SettingsReader.Read(method, findings);
        if (findings.Skip(before).Any(found => found.Descriptor != Rules.UnboundPlaceholder))
        {
            return null;
        }

        var settings = declared
            .Concat(method.IsStatic ? [] : needs)
            .Concat(parameters.Needs)
            .Distinct();
        return new FunctionMethod(
            $"{app}/{function}",
            method.Name,
            method.IsStatic,
            new EquatableArray<Argument>([.. parameters.Arguments]),
            answer!,
            new EquatableArray<string>([.. settings])
        );
    }

    private string? BadMethod()
    {
        var isAsyncVoid = method is { IsAsync: true, ReturnsVoid: true };
        return method.DeclaredAccessibility
                is not (
                    Accessibility.Public
                    or Accessibility.Internal
                    or Accessibility.ProtectedOrInternal
                )
                ? "it must be public or internal"
            : method.IsGenericMethod ? "it must not be generic"
            : method.MethodKind != MethodKind.Ordinary ? "expected an ordinary method"
            : isAsyncVoid ? "it is async void; expected async Task"
            : method.ReturnsByRef || method.ReturnsByRefReadonly ? "it returns a reference"
            : null;
    }

    private void Report(DiagnosticDescriptor rule, params string[] arguments) =>
        findings.Add(Finding.At(rule, PlaceOfName(), arguments));

    private Location? PlaceOfName() =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax()
            is MethodDeclarationSyntax declaration
            ? declaration.Identifier.GetLocation()
            : method.Locations.FirstOrDefault();
}
