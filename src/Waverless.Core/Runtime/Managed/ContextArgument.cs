using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Runtime.Managed;

/// <summary>Arguments that are the invocation itself or a part of it.</summary>
internal static class ContextArgument
{
    /// <summary>Null: the parameter is something else.</summary>
    public static ParameterBinder? TryBind(FunctionParameter parameter)
    {
        if (parameter.Type == typeof(FunctionContext))
        {
            return static context => context;
        }

        if (parameter.Type == typeof(CancellationToken))
        {
            return static context => context.CancellationToken;
        }

        if (parameter.Type == typeof(KvKey?))
        {
            return static context => context.Key;
        }

        return parameter.Type == typeof(KvKey)
            ? static context => context.Key ?? throw NoKey(context)
            : null;
    }

    private static InvocationRefusedException NoKey(FunctionContext context) =>
        new(
            InvocationStatus.BadPayload,
            $"'{context.Address}' takes the key of a key event, but this call is of kind "
                + $"{context.Trigger}; a parameter of type KvKey? accepts both."
        );
}
