using System.Globalization;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Loading;

namespace Waverless.Wasm.Wasi;

/// <summary>
/// The environment that a guest sees: what the manifest grants and, for commands, what started
/// them. Nothing of the host's own environment.
/// </summary>
internal static class GuestVariables
{
    internal static IReadOnlyList<string> Of(GuestContext guest)
    {
        var call = guest.Call;
        var variables = new List<string>();
        foreach (var (name, value) in call.Function.Env)
        {
            variables.Add($"{name}={value}");
        }

        if (guest.App.Abi != GuestAbi.Command)
        {
            return variables;
        }

        variables.Add($"WAVERLESS_APP={call.Address.App}");
        variables.Add($"WAVERLESS_FUNCTION={call.Address.Function}");
        variables.Add($"WAVERLESS_TRIGGER={call.Trigger.ToString().ToLowerInvariant()}");
        variables.Add(Number("WAVERLESS_INVOCATION", call.Id));
        variables.Add(Number("WAVERLESS_ATTEMPT", (ulong)call.Attempt));
        if (call.Payload.ContentType is { } type)
        {
            variables.Add($"WAVERLESS_CONTENT_TYPE={type}");
        }

        return variables;
    }

    private static string Number(string name, ulong value) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}={value}");
}
