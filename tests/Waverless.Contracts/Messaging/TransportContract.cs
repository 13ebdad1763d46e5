using System.Buffers;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>What the suites of a transport share: a place, and nodes 1 and 2 in it.</summary>
public abstract class TransportContract : IAsyncLifetime
{
    /// <summary>Far above what anything takes on a busy machine.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly List<ITransport> _made = [];
    private TransportPlace? _place;

    /// <summary>Requests of the tests go to this kind unless it matters.</summary>
    protected const ushort Kind = 7;

    protected TransportPlace Place => _place!;

    protected TestHandler Handler { get; } = new();

    /// <summary>The asking node.</summary>
    protected ITransport One { get; private set; } = null!;

    /// <summary>The answering node, with <see cref="Handler"/>.</summary>
    protected ITransport Two { get; private set; } = null!;

    /// <summary>Bounds of both nodes.</summary>
    protected virtual TransportPlaceLimits Limits => new();

    /// <summary>Why the transport cannot run here; null: it can.</summary>
    protected virtual string? Unsupported => null;

    protected abstract TransportPlace CreatePlace();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Unsupported is not null, Unsupported ?? string.Empty);
        _place = CreatePlace();
        One = await StartAsync(1, new TestHandler());
        Two = await StartAsync(2, Handler);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var transport in _made)
        {
            await transport.DisposeAsync();
        }

        if (_place is not null)
        {
            await _place.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected async Task<ITransport> StartAsync(uint node, ITransportHandler handler, int port = 0)
    {
        var transport = Place.Make(new NodeId(node), Limits, port);
        _made.Add(transport);
        await transport.ListenAsync(handler, default);
        return transport;
    }

    protected ValueTask<TransportReply> AskAsync(long number, CancellationToken ct = default) =>
        One.SendAsync(Two.Local, new TransportMessage(Kind, Bytes.Of(number)), ct);

    /// <summary>The error that a reply has; fails if it has none.</summary>
    protected static TransportError Error(in TransportReply reply)
    {
        Assert.NotNull(reply.Error);
        return reply.Error;
    }

    /// <summary>Waits for something that has to happen.</summary>
    protected static Task Soon(Task task) => task.WaitAsync(Patience);

    /// <summary>Waits for something that has to happen.</summary>
    protected static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(Patience);

    /// <summary>Asks until it is answered, as after a restart.</summary>
    protected async Task<long> AskUntilAnsweredAsync(NodeAddress to, long number)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            using var reply = await One.SendAsync(
                to,
                new TransportMessage(Kind, Bytes.Of(number)),
                patience.Token
            );
            if (reply.Error is null)
            {
                return Bytes.Number(reply.Body);
            }

            Assert.NotEqual(TransportErrorCode.Cancelled, reply.Error.Code);
            await Task.Delay(10, patience.Token);
        }
    }

    protected static TransportMessage Message(byte[] body, ushort kind = Kind) =>
        new(kind, new ReadOnlySequence<byte>(body));
}
