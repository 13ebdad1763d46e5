using Microsoft.CodeAnalysis;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Finds out what becomes of what a method returns.</summary>
internal sealed class AnswerReader(IMethodSymbol method, JsonTypes json)
{
    private const string Answers = "global::Waverless.Runtime.FunctionContextAnswerExtensions";

    private const string Expected =
        "expected nothing, string, byte[], ReadOnlyMemory<byte>, InvocationResult or a type for "
        + "JSON, or a Task or ValueTask of one of these";

    public Answer? Read(List<Finding> findings)
    {
        var returned = method.ReturnType;
        if (method.ReturnsVoid)
        {
            return new Answer(false, null);
        }

        var name = Names.Of(returned);
        if (name is Names.Task or Names.ValueTask)
        {
            return new Answer(true, null);
        }

        var isTask =
            returned is INamedTypeSymbol { TypeArguments.Length: 1 } generic
            && Names.Of(generic.OriginalDefinition)
                is Names.Task + "<TResult>"
                    or Names.ValueTask + "<TResult>";
        var type = isTask ? ((INamedTypeSymbol)returned).TypeArguments[0] : returned;
        if (Result(type) is { } result)
        {
            return new Answer(isTask, result);
        }

        var why = Refuse(type)
            ? Expected
            : $"for JSON, add [JsonSerializable(typeof({Names.Short(type)}))] to {json.Name}";
        findings.Add(
            Finding.At(
                Rules.BadAnswer,
                method.Locations.FirstOrDefault(),
                method.Name,
                Names.Short(returned),
                why
            )
        );
        return null;
    }

    private string? Result(ITypeSymbol type) =>
        Names.Of(type) switch
        {
            "string" => $"{Answers}.AnswerText(context, answer)",
            "byte[]" or Names.Memory => $"{Answers}.AnswerBytes(context, answer)",
            Names.Result => $"{Answers}.Answer(context, answer)",
            _ when json.Knows(type) =>
                $"{Answers}.AnswerJson(context, answer, {json.Metadata(type)})",
            _ => null,
        };

    // What JSON cannot hold, so that naming it in the context would not help.
    private static bool Refuse(ITypeSymbol type) =>
        type.IsRefLikeType
        || type.TypeKind is TypeKind.Delegate or TypeKind.Pointer or TypeKind.Dynamic
        || type.Name is "Stream" or "PipeReader" or "Payload" or "IAsyncEnumerable" or "Task";
}
