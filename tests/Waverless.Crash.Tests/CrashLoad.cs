namespace Waverless.Crash;

/// <summary>What a node is doing when it is killed.</summary>
/// <param name="Name">For the report.</param>
/// <param name="MomentMaxMs">The kill comes at most that late.</param>
/// <param name="RunAsync">Calls until the node is gone; counts the calls that were answered.</param>
internal sealed record CrashLoad(
    string Name,
    int MomentMaxMs,
    Func<HttpClient, TaskCompletionSource, Task<int>> RunAsync
);
