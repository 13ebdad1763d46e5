using Waverless.Apps;
using Waverless.Events;

namespace Waverless.Invocations;

/// <summary>A function that calls another one, on this node or on another.</summary>
/// <param name="Address">Which.</param>
/// <param name="CallDepth">How many synchronous calls stand above it.</param>
/// <param name="Deadline">By when it has to have ended.</param>
/// <param name="Cascade">The cascade that it belongs to.</param>
internal readonly record struct Caller(
    FunctionAddress Address,
    int CallDepth,
    Deadline Deadline,
    CascadeRef Cascade
)
{
    /// <summary>How often the call was handed from node to node.</summary>
    public int Hops { get; init; }

    /// <summary>The version that it runs; null: it runs on another node, in any version.</summary>
    public DeployedApp? App { get; init; }

    public static Caller Of(Invocation call) =>
        new(call.Address, call.CallDepth, call.Deadline, call.Cascade) { App = call.App };

    /// <summary>
    /// The version in which a function is to be found that it calls: within its own app its own, so
    /// that one request never sees two. Null: the one in service.
    /// </summary>
    public DeployedApp? VersionFor(FunctionAddress callee) =>
        callee.App == Address.App ? App : null;
}
