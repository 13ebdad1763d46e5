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

        if (parameter.Type == typeof(IReadOnlyList<FunctionEvent>))
        {
            return static context => context.Events;
        }

        if (parameter.Type == typeof(KvKey?))
        {
            return static context => context.Key;
        }

        return parameter.Type == typeof(KvKey) ? static context => context.GetKey() : null;
    }
}
