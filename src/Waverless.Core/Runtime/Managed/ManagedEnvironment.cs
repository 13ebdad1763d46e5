using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Waverless.Runtime.Managed;

/// <summary>What all invocations of delegates on a node share.</summary>
/// <param name="Scopes">Makes the scope of an invocation.</param>
/// <param name="Time">The node's clock.</param>
/// <param name="Deadlines">Cancellation tokens for reuse.</param>
/// <param name="Log">Where failures of functions go.</param>
internal sealed record ManagedEnvironment(
    IServiceScopeFactory Scopes,
    TimeProvider Time,
    DeadlineSourcePool Deadlines,
    ILogger Log
);
