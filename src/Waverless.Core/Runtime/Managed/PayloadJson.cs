using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Reads a payload, already bytes, as JSON.</summary>
internal static class PayloadJson
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="InvocationRefusedException">Not JSON of that type.</exception>
    public static T? Read<T>(FunctionContext context, JsonTypeInfo<T> type) =>
        Read(context, type, static (bytes, type) => JsonSerializer.Deserialize(bytes, type));

    /// <exception cref="InvocationRefusedException">Not JSON of that type.</exception>
    public static object? Read(FunctionContext context, JsonTypeInfo type) =>
        Read(context, type, static (bytes, type) => JsonSerializer.Deserialize(bytes, type));

    private static T? Read<T, TType>(
        FunctionContext context,
        TType type,
        Func<ReadOnlySpan<byte>, TType, T?> read
    )
        where TType : JsonTypeInfo
    {
        var bytes = context.Payload.Bytes;
        if (bytes.IsEmpty)
        {
            throw Bad(context, type.Type, "it is empty.");
        }

        byte[]? rented = null;
        try
        {
            var whole = bytes.FirstSpan;
            if (!bytes.IsSingleSegment)
            {
                rented = ArrayPool<byte>.Shared.Rent(checked((int)bytes.Length));
                bytes.CopyTo(rented);
                whole = rented.AsSpan(0, (int)bytes.Length);
            }

            return read(whole.StartsWith(ByteOrderMark) ? whole[3..] : whole, type);
        }
        catch (JsonException e)
        {
            throw Bad(context, type.Type, e.Message);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>What a payload that cannot be read as a type is refused with.</summary>
    public static InvocationRefusedException Bad(FunctionContext context, Type type, string why)
    {
        // Who calls by GET usually wonders where the body went.
        var hint =
            context.Trigger is TriggerKind.Http
                ? " The payload of a request without a body is its query string."
            : context.Trigger.IsOfKey() ? " The payload of a key event is the key."
            : "";
        return new InvocationRefusedException(
            InvocationStatus.BadPayload,
            $"The payload of '{context.Address}' cannot be read; "
                + $"expected JSON of {TypeText.Of(type)}: {why}{hint}"
        );
    }
}
