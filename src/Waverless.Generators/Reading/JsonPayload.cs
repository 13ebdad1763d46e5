using Microsoft.CodeAnalysis;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Payloads that are read as JSON.</summary>
internal static class JsonPayload
{
    public static Argument Read(IParameterSymbol parameter, JsonTypes json)
    {
        // A context that knows only T reads a T? as well: an empty payload stands for null.
        var type = json.Knows(parameter.Type)
            ? parameter.Type
            : ParameterShape.Underlying(parameter.Type)!;
        var read =
            ParameterShape.AcceptsNull(parameter.Type) && json.Knows(parameter.Type)
                ? "ReadJsonAsync"
                : "ReadNeededJsonAsync";
        var value = $"await {PlainPayload.Payloads}.{read}(context, {json.Metadata(type)})";
        return PlainPayload.OrElse(parameter, value);
    }
}
