namespace Waverless.Apps;

/// <summary>One thing that starts a function.</summary>
/// <param name="Function">The function.</param>
/// <param name="Kind">What kind of thing.</param>
/// <param name="On">
/// Which one: the HTTP method, the key pattern, the timer as written; null for calls and messages.
/// </param>
public sealed record GraphStart(FunctionAddress Function, GraphStartKind Kind, string? On)
{
    /// <summary>What starts a function, in the order of its manifest.</summary>
    internal static IEnumerable<GraphStart> Of(FunctionAddress address, FunctionManifest function)
    {
        foreach (var http in function.Http)
        {
            yield return new(address, GraphStartKind.Http, http.Method);
        }

        if (function.Rpc)
        {
            yield return new(address, GraphStartKind.Rpc, null);
        }

        foreach (var trigger in function.Triggers)
        {
            yield return new(address, KindOf(trigger.Kind), trigger.Pattern.Text);
        }

        if (function.Messages)
        {
            yield return new(address, GraphStartKind.Message, null);
        }

        if (function.Timer is { } timer)
        {
            yield return new(address, GraphStartKind.Timer, timer.ToString());
        }
    }

    /// <summary>The kind of start that a key trigger is.</summary>
    internal static GraphStartKind KindOf(KeyTriggerKind kind) =>
        kind switch
        {
            KeyTriggerKind.Set => GraphStartKind.Set,
            KeyTriggerKind.New => GraphStartKind.New,
            _ => GraphStartKind.Delete,
        };
}
