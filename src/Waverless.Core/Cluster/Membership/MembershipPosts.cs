using System.Buffers;
using System.Collections.Concurrent;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>
/// Hands messages to the transport and waits for none of them: what a node does not take in time
/// is dropped, as a datagram would be.
/// </summary>
internal sealed class MembershipPosts(ITransport transport, int postsMax, TaskScheduler scheduler)
{
    private readonly ConcurrentDictionary<NodeAddress, int> _waiting = new();
    private long _dropped;

    /// <summary>Messages that were not handed over.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Post(NodeAddress to, ushort kind, byte[] message)
    {
        if (_waiting.TryGetValue(to, out var waiting) && waiting >= postsMax)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        var body = new ReadOnlySequence<byte>(message);
        var post = transport.PostAsync(to, new TransportMessage(kind, body), default);
        if (post.IsCompletedSuccessfully)
        {
            if (post.Result is not null)
            {
                Interlocked.Increment(ref _dropped);
            }

            return;
        }

        _waiting.AddOrUpdate(to, 1, static (_, count) => count + 1);
        _ = Task.Factory.StartNew(
            () => WaitAsync(to, post),
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            scheduler
        );
    }

    private async Task WaitAsync(NodeAddress to, ValueTask<TransportError?> post)
    {
        try
        {
            if (await post is not null)
            {
                Interlocked.Increment(ref _dropped);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _dropped);
        }
        finally
        {
            if (_waiting.AddOrUpdate(to, 0, static (_, count) => count - 1) <= 0)
            {
                _waiting.TryRemove(new(to, 0));
            }
        }
    }
}
