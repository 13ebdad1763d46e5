using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>
/// The argument that is the payload: text and bytes as they are, whatever their media type says;
/// everything else from JSON.
/// </summary>
internal static class PayloadArgument
{
    /// <summary>Whether a payload of that type is taken as it is and never a service.</summary>
    public static bool IsPlain(Type type) =>
        type == typeof(string)
        || type == typeof(byte[])
        || type == typeof(ReadOnlyMemory<byte>)
        || type == typeof(ReadOnlySequence<byte>)
        || type == typeof(Payload);

    /// <exception cref="SignatureException">JSON cannot hold that type.</exception>
    [RequiresUnreferencedCode(DelegateBinding.Reflects)]
    [RequiresDynamicCode(DelegateBinding.Reflects)]
    public static ParameterBinder Bind(FunctionParameter parameter, FunctionManifest manifest)
    {
        if (!IsPlain(parameter.Type))
        {
            return Json(parameter, manifest);
        }

        if (parameter.Type == typeof(string))
        {
            return OrDefault(parameter, c => Encoding.UTF8.GetString(c.Payload.Bytes));
        }

        if (parameter.Type == typeof(byte[]))
        {
            return OrDefault(parameter, c => c.Payload.Bytes.ToArray());
        }

        if (parameter.Type == typeof(ReadOnlyMemory<byte>))
        {
            return static context => Contiguous(context.Payload.Bytes);
        }

        return parameter.Type == typeof(Payload)
            ? static context => context.Payload
            : static context => context.Payload.Bytes;
    }

    private static ReadOnlyMemory<byte> Contiguous(ReadOnlySequence<byte> bytes) =>
        bytes.IsSingleSegment ? bytes.First : bytes.ToArray();

    private static ParameterBinder OrDefault(FunctionParameter parameter, ParameterBinder present)
    {
        if (!parameter.IsOptional)
        {
            return present;
        }

        var substitute = parameter.Default;
        return context => context.Payload.Bytes.IsEmpty ? substitute : present(context);
    }

    [RequiresUnreferencedCode(DelegateBinding.Reflects)]
    [RequiresDynamicCode(DelegateBinding.Reflects)]
    private static ParameterBinder Json(FunctionParameter parameter, FunctionManifest manifest)
    {
        if (manifest.IsStartedByKeysOnly)
        {
            throw new SignatureException(
                $"The parameter {parameter} is no service that is registered, so it is the "
                    + $"payload. {KeyPayload.Explain(parameter.Type)}"
            );
        }

        var type = TypeOf(parameter);
        ParameterBinder present = parameter.AcceptsNull
            ? context => PayloadJson.Read(context, type)
            : context =>
                PayloadJson.Read(context, type)
                ?? throw PayloadJson.Bad(context, type.Type, "it is null.");
        return OrDefault(parameter, present);
    }

    [RequiresUnreferencedCode(DelegateBinding.Reflects)]
    [RequiresDynamicCode(DelegateBinding.Reflects)]
    private static JsonTypeInfo TypeOf(FunctionParameter parameter)
    {
        try
        {
            var type = JsonSerializerOptions.Web.GetTypeInfo(parameter.Type);
            var isOpen = parameter.Type.IsInterface || parameter.Type.IsAbstract;
            if (!isOpen || type.Kind != JsonTypeInfoKind.Object || IsPolymorphic(type))
            {
                return type;
            }
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            throw new SignatureException(
                $"The parameter {parameter} is neither a registered service nor readable from "
                    + $"JSON: {e.Message}"
            );
        }

        throw new SignatureException(
            $"The parameter {parameter} is neither a registered service nor a type that JSON can "
                + "be read as: it is abstract. Expected a registered service or a concrete type."
        );
    }

    private static bool IsPolymorphic(JsonTypeInfo type) => type.PolymorphismOptions is not null;
}
