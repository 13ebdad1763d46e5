using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>The payload of a key event is the key, which is hardly ever JSON.</summary>
internal static class KeyPayload
{
    extension(FunctionManifest manifest)
    {
        /// <summary>Whether key events, and nothing else, start the function.</summary>
        public bool IsStartedByKeysOnly =>
            manifest.Triggers.Length > 0
            && manifest.Http.Length == 0
            && !manifest.Rpc
            && !manifest.Messages;
    }

    /// <summary>Says what to do instead of taking the value as a payload.</summary>
    public static string Explain(Type payload) =>
        $"Only key events start it, whose payload is the key, not JSON of {TypeText.Of(payload)}; "
        + "expected a KvKey or string parameter, and FunctionContext.GetJsonAsync for the value.";
}
