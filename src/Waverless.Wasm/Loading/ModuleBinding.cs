using System.Collections.Immutable;

namespace Waverless.Wasm.Loading;

/// <summary>What is known at deploy of how a module is called.</summary>
/// <param name="Abi">The protocol.</param>
/// <param name="HasInitialize">A reactor: <c>_initialize</c> runs first in each instance.</param>
/// <param name="Functions">By the function's position in the manifest.</param>
internal sealed record ModuleBinding(
    GuestAbi Abi,
    bool HasInitialize,
    ImmutableArray<FunctionBinding> Functions
);
