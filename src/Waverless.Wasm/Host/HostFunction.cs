using Waverless.Wasm.Modules;

namespace Waverless.Wasm.Host;

/// <summary>A function that guests may import.</summary>
internal sealed record HostFunction(
    string Module,
    string Name,
    FunctionSignature Signature,
    HostCall Call
)
{
    /// <summary>
    /// Declares a function; the signature is in <see cref="FunctionSignature.Parse"/>'s form.
    /// </summary>
    internal static HostFunction Define(
        string module,
        string name,
        string signature,
        HostCall call
    ) => new(module, name, FunctionSignature.Parse(signature), call);
}
