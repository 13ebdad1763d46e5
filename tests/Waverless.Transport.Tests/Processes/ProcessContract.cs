using System.Buffers;
using System.Net;
using Waverless.Contracts.Messaging;
using Waverless.Messaging;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Processes;

/// <summary>A node in another process, which is killed and frozen under load.</summary>
public abstract class ProcessContract : IAsyncLifetime
{
    private const ushort Echo = 1;
    private const ushort Waiting = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory
        .CreateTempSubdirectory("waverless-transport-tests-")
        .FullName;
    private readonly List<NodeProcess> _processes = [];
    private ClusterAuthority? _authority;
    private ITransport _one = null!;

    protected abstract TransportKind Wire { get; }

    protected virtual string? Unsupported => null;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Unsupported is not null, Unsupported ?? "");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals");
        _authority = await DevelopmentCluster.OpenAsync(_folder, "processes");
        _one = ClusterTransport.Create(
            new TransportOptions
            {
                Identity = _authority.Issue("processes", new(1)),
                Kind = Wire,
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
            }
        );
        await _one.ListenAsync(new TestHandler(), default);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in _processes)
        {
            process.Dispose();
        }

        if (_one is not null)
        {
            await _one.DisposeAsync();
        }

        _authority?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_killed_node_fails_what_was_in_flight_and_is_reached_after_its_restart()
    {
        var (process, two) = await StartAsync();
        await UntilAnsweredAsync(two);
        var inFlight = Enumerable.Range(0, 100).Select(_ => AskAsync(two, Waiting)).ToArray();
        await process.KillAsync();
        foreach (var request in inFlight)
        {
            using var reply = await request.WaitAsync(Patience);
            Assert.Equal(TransportErrorCode.ConnectionLost, reply.Error?.Code);
            Assert.True(reply.Error!.MayHaveBegun);
        }

        await StartAsync(two.Port);
        await UntilAnsweredAsync(two);
    }

    [Fact]
    public async Task A_frozen_node_is_found_dead_and_reached_again_when_it_goes_on()
    {
        var (process, two) = await StartAsync();
        await UntilAnsweredAsync(two);
        var waiting = AskAsync(two, Waiting);
        await process.SignalAsync("STOP");
        var timed = AskAsync(two, Echo, TimeSpan.FromMilliseconds(100));
        using (var reply = await timed.WaitAsync(Patience))
        {
            Assert.True(
                reply.Error?.Code
                    is TransportErrorCode.TimedOut
                        or TransportErrorCode.ConnectionLost
            );
        }

        using (var reply = await waiting.WaitAsync(Patience))
        {
            Assert.Equal(TransportErrorCode.ConnectionLost, reply.Error?.Code);
        }

        await process.SignalAsync("CONT");
        await UntilAnsweredAsync(two);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_frozen_node()
    {
        var (process, two) = await StartAsync();
        await UntilAnsweredAsync(two);
        var stream = await _one.ConnectAsync(two, 3, default);
        await stream.Output.WriteAsync(new byte[100_000]);
        await process.SignalAsync("STOP");
        await stream.DisposeAsync().AsTask().WaitAsync(Patience);
        await _one.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_killed_node_is_no_end_of_its_streams()
    {
        var (process, two) = await StartAsync();
        await UntilAnsweredAsync(two);
        await using var stream = await _one.ConnectAsync(two, 3, default);
        await stream.Output.WriteAsync(new byte[1000]);
        var read = await stream.Input.ReadAsync();
        stream.Input.AdvanceTo(read.Buffer.End);
        await process.KillAsync();
        await Assert.ThrowsAsync<TransportStreamException>(async () =>
        {
            while (true)
            {
                var more = await stream.Input.ReadAsync().AsTask().WaitAsync(Patience);
                Assert.False(more.IsCompleted);
                stream.Input.AdvanceTo(more.Buffer.End);
            }
        });
    }

    private async Task<(NodeProcess, NodeAddress)> StartAsync(int port = 0)
    {
        var process = await NodeProcess.StartAsync(Wire, _folder, port);
        _processes.Add(process);
        return (process, new NodeAddress(new(2), "127.0.0.1", process.Port));
    }

    private Task<TransportReply> AskAsync(NodeAddress to, ushort kind, TimeSpan? timeout = null) =>
        _one.SendAsync(
                to,
                new TransportMessage(kind, new ReadOnlySequence<byte>([1, 2, 3]), timeout),
                default
            )
            .AsTask();

    private async Task UntilAnsweredAsync(NodeAddress to)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            using var reply = await AskAsync(to, Echo);
            if (reply.Error is null)
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
