using Microsoft.CodeAnalysis;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Payloads that are taken as they are: text and bytes.</summary>
internal static class PlainPayload
{
    /// <summary>The expression of the payload's bytes.</summary>
    public const string Bytes = $"await {Payloads}.ReadBytesAsync(context)";

    public const string Payloads = "global::Waverless.Runtime.FunctionContextPayloadExtensions";

    private const string Copy = "global::System.Buffers.BuffersExtensions.ToArray";

    /// <summary>Null: the parameter is something else.</summary>
    public static Argument? Read(IParameterSymbol parameter)
    {
        var type = Names.Of(parameter.Type);
        switch (type)
        {
            case Names.Payload:
                return new Argument(type, "context.Payload");
            case Names.Sequence:
                return new Argument(type, Bytes, IsAwaited: true);
            case "string":
                return OrElse(parameter, $"await {Payloads}.ReadTextAsync(context)");
            case "byte[]":
                return OrElse(parameter, $"{Copy}({Bytes})");
            case Names.Memory:
                return new Argument(type, $"{Copy}({Bytes})", IsAwaited: true);
            default:
                return null;
        }
    }

    /// <summary>The value, or what stands in for it if there is no payload.</summary>
    public static Argument OrElse(IParameterSymbol parameter, string value)
    {
        var type = Names.Of(parameter.Type);
        return ParameterShape.IsOptional(parameter)
            ? new Argument(
                type,
                $"({Bytes}).IsEmpty ? {ParameterShape.Substitute(parameter)} : {value}",
                IsAwaited: true
            )
            : new Argument(type, value, IsAwaited: true);
    }
}
