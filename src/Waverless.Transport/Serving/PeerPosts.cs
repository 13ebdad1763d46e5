using System.Diagnostics.CodeAnalysis;

namespace Waverless.Transport.Serving;

/// <summary>
/// The turn of a node's messages without an answer: one at a time, also while one of its links ends
/// and the next one begins.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore whose wait handle is not asked for has nothing to free."
)]
internal sealed class PeerPosts
{
    private readonly SemaphoreSlim _turn = new(1);

    public Task WaitAsync(CancellationToken ct) => _turn.WaitAsync(ct);

    public void Release() => _turn.Release();
}
