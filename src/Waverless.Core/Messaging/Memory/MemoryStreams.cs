using Waverless.Cluster;

namespace Waverless.Messaging.Memory;

/// <summary>The streams of one node. Used under the network's lock.</summary>
internal sealed class MemoryStreams(MemoryNetwork network, MemoryTransportOptions options)
{
    private readonly List<StreamPair> _pairs = [];

    public Task<MemoryTransportStream> OpenAsync(
        MemoryTransport from,
        MemoryTransport to,
        NodeAddress address,
        ushort kind
    )
    {
        if (_pairs.Count >= options.StreamsMax)
        {
            var what = $"{from.Local} has {options.StreamsMax} streams already";
            throw Failure(TransportErrorCode.Overloaded, from.Local.Id, what);
        }

        var opened = new TaskCompletionSource<MemoryTransportStream>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        network.Timeline.At(
            network.Timeline.Now + options.ConnectTimeout,
            () =>
                opened.TrySetException(
                    Failure(
                        TransportErrorCode.Unreachable,
                        from.Local.Id,
                        $"{address} has not answered within {options.ConnectTimeout}"
                    )
                )
        );
        network.Carry(
            new MemoryPacket(from, to, kind),
            () => Accept(from, to, kind, opened),
            () =>
                opened.TrySetException(
                    Failure(
                        TransportErrorCode.Unreachable,
                        from.Local.Id,
                        $"{address} is not listening"
                    )
                )
        );
        return opened.Task;
    }

    public void Forget(StreamPair pair) => _pairs.Remove(pair);

    /// <summary>The node goes: its streams end, and the others hear of it or time out.</summary>
    public void Close(bool silently)
    {
        foreach (var pair in _pairs.ToArray())
        {
            pair.Close(this, silently);
        }

        _pairs.Clear();
    }

    public static TransportStreamException Failure(
        TransportErrorCode code,
        NodeId at,
        string what
    ) => new(new TransportError(code, at, what));

    private static void Accept(
        MemoryTransport from,
        MemoryTransport to,
        ushort kind,
        TaskCompletionSource<MemoryTransportStream> opened
    )
    {
        if (to.Streams._pairs.Count >= to.Options.StreamsMax)
        {
            var what = $"{to.Local} has {to.Options.StreamsMax} streams already";
            opened.TrySetException(Failure(TransportErrorCode.Overloaded, to.Local.Id, what));
            return;
        }

        var pair = new StreamPair(from, to, kind);
        from.Streams._pairs.Add(pair);
        to.Streams._pairs.Add(pair);
        pair.Begin();
        to.Start(() => ServeAsync(to, pair.AtServer));
        to.Network.Carry(
            new MemoryPacket(to, from, kind),
            () =>
            {
                if (!opened.TrySetResult(pair.AtClient))
                {
                    pair.Abort(to.Local.Id, TransportErrorCode.Cancelled);
                }
            }
        );
    }

    private static async Task ServeAsync(MemoryTransport at, MemoryTransportStream stream)
    {
        try
        {
            await at.Handler.OnStreamAsync(stream, at.Stopping);
        }
        catch (Exception failure)
        {
            at.Failed(failure);
            stream.Abort(TransportErrorCode.HandlerFailed);
        }

        await stream.DisposeAsync();
    }
}
