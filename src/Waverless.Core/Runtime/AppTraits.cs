using Waverless.Apps;

namespace Waverless.Runtime;

/// <summary>What runs the invocations of an app (DESIGN §1).</summary>
public enum InstanceKind
{
    /// <summary>One invocation at a time per instance (wasm).</summary>
    Owned,

    /// <summary>One process, many invocations at once.</summary>
    Shared,

    /// <summary>A .NET delegate.</summary>
    Managed,
}

/// <summary>How a loaded app behaves, so that the invoker can treat it rightly.</summary>
/// <param name="Kind">What runs its invocations.</param>
/// <param name="RunsSynchronously">
/// True: <c>InvokeAsync</c> computes on the calling thread until it is done, so it is never called
/// on a thread-pool thread unless the function is known to be short.
/// </param>
/// <param name="DefaultCommit">The commit mode of functions whose manifest names none.</param>
public sealed record AppTraits(InstanceKind Kind, bool RunsSynchronously, CommitMode DefaultCommit);
