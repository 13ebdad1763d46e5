using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Peers;

/// <summary>
/// Another node, as this one reaches it: the link that stands, or the attempt to make one, or why
/// the last attempt failed and when the next may be. Thread-safe.
/// </summary>
internal sealed class Peer(TransportNode node, IWire wire, NodeAddress address)
{
    private readonly Lock _gate = new();
    private readonly Backoff _backoff = new(
        node.Limits.BackoffFirst,
        node.Limits.BackoffLongest,
        Random.Shared
    );
    private Link? _link;
    private Task<LinkOrError>? _connecting;
    private TransportError? _failure;
    private long _failedAt;
    private TimeSpan _pause;
    private int _links;

    public NodeAddress Address => address;

    /// <summary>The link that stands; null: there is none.</summary>
    public Link? Current => Volatile.Read(ref _link);

    /// <summary>The link, made if need be. Within the pause after a failure: that failure.</summary>
    public Task<LinkOrError> ConnectAsync()
    {
        lock (_gate)
        {
            if (_link is { } link)
            {
                return Task.FromResult(new LinkOrError(link, null));
            }

            if (_failure is { } failure && node.Since(_failedAt) < _pause)
            {
                return Task.FromResult(new LinkOrError(null, failure));
            }

            return _connecting ??= Task.Run(AttemptAsync);
        }
    }

    public void Close(TransportError error) => Current?.End(error);

    private async Task<LinkOrError> AttemptAsync()
    {
        try
        {
            var link = await Link.ConnectAsync(node, wire, address, Ended, CancellationToken.None);
            lock (_gate)
            {
                (_connecting, _failure) = (null, null);
                _backoff.Reset();
                _link = link.IsEnded ? null : link;
            }

            node.Metrics.Connected(isAgain: Interlocked.Increment(ref _links) > 1);
            Log.Connected(node.Logger, address, wire.Name);
            if (node.IsStopped)
            {
                link.End(node.Error(TransportErrorCode.Stopped, "The transport is stopped."));
            }

            return new LinkOrError(link, null);
        }
        catch (Exception e)
        {
            var code = (e as WireException)?.Code ?? TransportErrorCode.Unreachable;
            var error = node.Error(code, $"{address}: {e.Message}.");
            lock (_gate)
            {
                (_connecting, _failure, _failedAt) = (null, error, node.Now);
                _pause = _backoff.Next();
            }

            node.Metrics.NotConnected(code);
            Log.NotConnected(node.Logger, address, code, e.Message, _pause);
            return new LinkOrError(null, error);
        }
    }

    private void Ended(Link link)
    {
        lock (_gate)
        {
            if (_link == link)
            {
                _link = null;
            }
        }

        if (!node.IsStopped)
        {
            Log.Lost(node.Logger, address, link.Lost(mayHaveBegun: true).Message);
        }
    }
}
