using System.Net;
using Waverless.Cluster;
using Waverless.Contracts.Messaging;
using Waverless.Messaging;
using Waverless.Transport.Contracts;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Joining;

public sealed class JoinTests : IAsyncDisposable
{
    private static readonly NodeId Three = new(3);

    private readonly ClusterAuthority _authority = ClusterAuthority.Create(WirePlace.Cluster);
    private readonly SetTime _time = new();
    private readonly NodeIdentity _master;
    private readonly JoinEndpoint _endpoint;

    public JoinTests()
    {
        _master = _authority.Issue(WirePlace.Cluster, new(1));
        _endpoint = Open(_master, _authority);
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_node_that_joined_is_trusted_by_the_others()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        var identity = await JoinAsync(token.ToString());
        Assert.Equal((WirePlace.Cluster, Three), (identity.Cluster, identity.Node));

        await using var one = Make(_master);
        await using var three = Make(identity);
        await one.ListenAsync(new TestHandler(), default);
        using var reply = await three.SendAsync(
            one.Local,
            new TransportMessage(1, Bytes.Of(5)),
            default
        );
        Assert.Equal(5, Bytes.Number(reply.Body));
    }

    [Fact]
    public async Task A_token_is_used_once()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        await JoinAsync(token.ToString());
        await RefusedAsync(JoinError.UsedToken, () => JoinAsync(token.ToString()));
    }

    [Fact]
    public async Task Of_those_who_use_a_token_at_once_one_joins()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        var joins = Enumerable.Range(0, 8).Select(_ => TryJoinAsync(token.ToString()));
        Assert.Single(await Task.WhenAll(joins), identity => identity is not null);
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromMinutes(5));
        _time.Offset = TimeSpan.FromMinutes(6);
        await RefusedAsync(JoinError.ExpiredToken, () => JoinAsync(token.ToString()));
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_does_not_use_the_token_up()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        var other = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        var parts = token.ToString().Split('.');
        parts[3] = other.ToString().Split('.')[3];
        await RefusedAsync(JoinError.WrongToken, () => JoinAsync(string.Join('.', parts)));
        await JoinAsync(token.ToString());
    }

    [Fact]
    public async Task A_server_of_another_authority_gets_no_node_and_cannot_use_what_it_heard()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        using var evil = ClusterAuthority.Create(WirePlace.Cluster);
        var store = new MemoryJoinTokenStore(_time);
        // It even knows the token: what it signs is still not the cluster's.
        await store.TryAddAsync(new(token.Id, Three, token.Key, DateTimeOffset.MaxValue), default);
        await using var fake = Open(evil.Issue(WirePlace.Cluster, new(1)), evil, store);
        await RefusedAsync(
            JoinError.NotTrusted,
            () => JoinClient.JoinAsync("127.0.0.1", fake.Address.Port, token)
        );
        await JoinAsync(token.ToString());
    }

    [Fact]
    public async Task No_more_tokens_than_the_bound_are_given_out_until_some_expire()
    {
        for (var index = 0; index < MemoryJoinTokenStore.TokensMax; index++)
        {
            await _endpoint.IssueAsync(Three, TimeSpan.FromMinutes(1));
        }

        await RefusedAsync(
            JoinError.TooManyTokens,
            () => _endpoint.IssueAsync(Three, TimeSpan.FromMinutes(1))
        );
        _time.Offset = TimeSpan.FromMinutes(2);
        await _endpoint.IssueAsync(Three, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Who_joins_is_told_of_the_nodes()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        var node = Assert.Single((await JoinWholeAsync(token.ToString())).Nodes);
        Assert.Equal(new(new(1), "10.0.0.1", 2500), node.Address);
        Assert.Equal((NodeRoles.Meta | NodeRoles.Worker, 2), (node.Roles, node.Weight));
    }

    [Fact]
    public async Task Where_nobody_takes_joins_the_token_stays_good()
    {
        var token = await _endpoint.IssueAsync(Three, TimeSpan.FromHours(1));
        await using (var gone = Open(_master, _authority))
        {
            await gone.DisposeAsync();
            await RefusedAsync(
                JoinError.Unreachable,
                () => JoinClient.JoinAsync("127.0.0.1", gone.Address.Port, token)
            );
        }

        await JoinAsync(token.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wvl1.a.1.b.c")]
    [InlineData("wvl2.a.1.b.c")]
    [InlineData("....")]
    public void A_text_that_is_no_token_is_told_from_one(string? text) =>
        Assert.Null(JoinToken.TryParse(text));

    private static async Task RefusedAsync(JoinError error, Func<Task> join) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<JoinException>(join)).Error);

    private static ITransport Make(NodeIdentity identity) =>
        ClusterTransport.Create(
            new TransportOptions { Identity = identity, Kind = TransportKind.Tcp }
        );

    private JoinEndpoint Open(
        NodeIdentity identity,
        ClusterAuthority authority,
        IJoinTokenStore? store = null
    ) =>
        new(
            new IPEndPoint(IPAddress.Loopback, 0),
            identity,
            authority,
            store ?? new MemoryJoinTokenStore(_time),
            () => [new(new(new(1), "10.0.0.1", 2500), NodeRoles.Meta | NodeRoles.Worker, 2)],
            _time
        );

    private async Task<NodeIdentity> JoinAsync(string token) =>
        (await JoinWholeAsync(token)).Identity;

    private Task<JoinedCluster> JoinWholeAsync(string token) =>
        JoinClient.JoinAsync("127.0.0.1", _endpoint.Address.Port, JoinToken.TryParse(token)!);

    private async Task<NodeIdentity?> TryJoinAsync(string token)
    {
        try
        {
            return await JoinAsync(token);
        }
        catch (JoinException)
        {
            return null;
        }
    }

    private sealed class SetTime : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
