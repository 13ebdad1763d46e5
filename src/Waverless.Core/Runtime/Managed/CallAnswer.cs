using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Reads what another function answered.</summary>
internal static class CallAnswer
{
    /// <exception cref="InvocationRefusedException">It failed, or is not such JSON.</exception>
    public static T? Read<T>(
        FunctionAddress caller,
        FunctionAddress callee,
        InvocationResult result,
        JsonTypeInfo<T> type
    )
    {
        if (!result.IsCompleted)
        {
            throw new InvocationRefusedException(
                StatusOfCaller(result.Status),
                $"The call of '{callee}' by '{caller}' ended {result.Status}: {result.Error}"
            );
        }

        if (result.Body.IsEmpty)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize(result.Body.Span, type);
        }
        catch (JsonException e)
        {
            throw new InvocationRefusedException(
                InvocationStatus.Failed,
                $"The answer of '{callee}' to '{caller}' cannot be read as JSON of "
                    + $"{TypeText.Of(type.Type)}: {e.Message}"
            );
        }
    }

    // Want of room or time is nobody's defect and worth another try; the rest is the caller's own
    // failure: its callers must not be told, for example, that they named no such function.
    private static InvocationStatus StatusOfCaller(InvocationStatus callee) =>
        callee
            is InvocationStatus.QueueFull
                or InvocationStatus.Overloaded
                or InvocationStatus.Unavailable
                or InvocationStatus.TimedOut
                or InvocationStatus.Cancelled
                or InvocationStatus.StorageFull
                or InvocationStatus.StorageFailed
            ? callee
            : InvocationStatus.Failed;
}
