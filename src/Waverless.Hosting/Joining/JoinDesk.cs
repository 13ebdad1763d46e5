using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Waverless.Cluster;
using Waverless.Cluster.Moves;
using Waverless.Hosting.Cluster;
using Waverless.Kv;
using Waverless.Transport.Identity;
using Waverless.Transport.Joining;

namespace Waverless.Hosting.Joining;

/// <summary>
/// Gives out tokens and takes joins, on a node that has the authority's key. Its port is open from
/// the first token on, and after a start while there are tokens to be used. Thread-safe.
/// </summary>
internal sealed class JoinDesk(
    Node node,
    ClusterSetup setup,
    TimeProvider time,
    ILogger<JoinDesk> logger
) : IAsyncDisposable
{
    private static readonly TimeSpan LifetimeDefault = TimeSpan.FromHours(1);

    /// <summary>Longest lifetime of a token.</summary>
    public static readonly TimeSpan LifetimeMax = TimeSpan.FromDays(7);

    private static readonly TimeSpan ResumePause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _opening = new(1);
    private readonly CancellationTokenSource _stop = new();
    private ClusterAuthority? _authority;
    private JoinEndpoint? _endpoint;
    private int _disposals;
    private Task _resuming = Task.CompletedTask;

    private MetadataTokens Tokens => new(node.Cluster!.Metadata, time);

    /// <summary>Gives out a token.</summary>
    /// <exception cref="ClusterChangeException">None is given out.</exception>
    public async Task<JoinInvitation> InviteAsync(TimeSpan? lifetime, CancellationToken ct)
    {
        var validity = lifetime ?? LifetimeDefault;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validity, LifetimeMax);
        try
        {
            var endpoint = await OpenAsync(ct);
            var joining = await Tokens.NextNodeAsync(await LeastNodeAsync(ct), ct);
            var expires = time.GetUtcNow() + validity;
            var token = await endpoint.IssueAsync(joining, validity, ct);
            var host = setup.Self.Address.Host;
            host = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
            var address = $"{host}:{endpoint.Address.Port}";
            return new JoinInvitation(token.ToString(), address, joining, expires);
        }
        catch (JoinException e)
        {
            throw new ClusterChangeException(ClusterChangeError.TooManyTokens, e.Message, e);
        }
        catch (StorageException e)
        {
            throw new ClusterChangeException(ClusterChangeError.Unavailable, e.Message, e);
        }
    }

    /// <summary>Takes joins with tokens that were given out before this start of the host.</summary>
    public void Resume()
    {
        if (node.Cluster is not null && setup.HasAuthority)
        {
            _resuming = ResumeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        await _resuming;
        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        _authority?.Dispose();
        _opening.Dispose();
        _stop.Dispose();
    }

    private async Task ResumeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await Tokens.AnyAsync(_stop.Token))
                {
                    await OpenAsync(_stop.Token);
                }

                return;
            }
            catch (StorageException)
            {
                // The metadata is away; who has a token waits for it as well.
                await Task.Delay(ResumePause, time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (ClusterChangeException e)
            {
                Log.JoinsNotTaken(logger, e.Message);
                return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<JoinEndpoint> OpenAsync(CancellationToken ct)
    {
        await _opening.WaitAsync(ct);
        try
        {
            return _endpoint ??= Open();
        }
        finally
        {
            _opening.Release();
        }
    }

    private JoinEndpoint Open()
    {
        _authority ??=
            setup.FindAuthority()
            ?? throw new ClusterChangeException(
                ClusterChangeError.NoAuthority,
                $"This node does not have the key of the cluster's authority; expected it in "
                    + $"{setup.AuthorityFile}. Ask a node that has it."
            );
        var port = setup.JoinPort;
        try
        {
            var endpoint = new JoinEndpoint(
                new IPEndPoint(setup.ListensAt, port),
                setup.Identity,
                _authority,
                Tokens,
                Nodes,
                time,
                logger
            );
            Log.JoinsTaken(logger, port);
            return endpoint;
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            throw new ClusterChangeException(
                ClusterChangeError.JoinPortTaken,
                $"Joins cannot be taken on port {port}: {e.Message} Expected a free one in "
                    + "'Waverless:JoinPort'.",
                e
            );
        }
    }

    /// <summary>The one with the metadata first, then those that are there.</summary>
    private ImmutableArray<JoinedNode> Nodes() =>
        [
            .. node.Cluster!.Known()
                .Take(JoinedNode.CountMax)
                .Select(known => new JoinedNode(known.Address, known.Roles, known.Weight)),
        ];

    private async Task<uint> LeastNodeAsync(CancellationToken ct)
    {
        var members = await new MapStore(node.Cluster!.Metadata).MembersAsync(ct);
        return members
                .Select(member => member.Node)
                .Concat(node.Cluster.Members.Current.Members.Select(member => member.Id.Value))
                .Concat(setup.Nodes.Select(known => known.Id.Value))
                .Max() + 1;
    }
}
