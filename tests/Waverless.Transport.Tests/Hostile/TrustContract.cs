using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Waverless.Cluster;
using Waverless.Contracts.Messaging;
using Waverless.Messaging;
using Waverless.Transport.Contracts;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Hostile;

/// <summary>Who is trusted, over each wire.</summary>
public abstract class TrustContract : TransportContract
{
    private static readonly TransportLimits Quick = new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(10),
    };

    private int _served;

    private WirePlace Wire => (WirePlace)Place;

    [Fact]
    public async Task A_certificate_of_another_authority_is_not_trusted()
    {
        using var other = ClusterAuthority.Create(WirePlace.Cluster);
        await AssertRefusedAsync(other.Issue(WirePlace.Cluster, new(1)));
    }

    [Fact]
    public async Task A_stranger_who_trusts_this_cluster_is_refused_by_it()
    {
        using var other = ClusterAuthority.Create(WirePlace.Cluster);
        var stranger = other.Issue(WirePlace.Cluster, new(1));
        // It accepts this cluster's certificates, so that only the other side can refuse.
        await AssertRefusedAsync(
            new NodeIdentity(stranger.Certificate, Wire.Authority.Certificate)
        );
    }

    [Fact]
    public async Task Another_cluster_of_the_same_authority_is_not_trusted() =>
        await AssertRefusedAsync(Wire.Authority.Issue("other", new(1)));

    [Fact]
    public async Task An_expired_certificate_is_not_trusted() =>
        await AssertRefusedAsync(
            Wire.Authority.Issue(WirePlace.Cluster, new(1), TimeSpan.FromDays(-3))
        );

    [Fact]
    public async Task Another_node_than_the_expected_one_is_not_trusted()
    {
        var wrong = Two.Local with { Id = new NodeId(3) };
        using var reply = await One.SendAsync(wrong, Message([1]), default);
        Assert.Equal(TransportErrorCode.NotTrusted, Error(reply).Code);
    }

    [Fact]
    public async Task A_certificate_that_only_serves_cannot_ask()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server only", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new NodeUri(WirePlace.Cluster, new(1)).ToUri());
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)
        );
        using var issuer = X509Certificate2.CreateFromPem(
            Wire.Authority.ExportPem(),
            Wire.Authority.ExportPem()
        );
        var now = DateTimeOffset.UtcNow;
        using var signed = request.Create(issuer, now.AddHours(-1), now.AddHours(1), [1, 2, 3]);
        using var pair = signed.CopyWithPrivateKey(key);
        var loaded = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        await AssertRefusedAsync(new NodeIdentity(loaded, Wire.Authority.Certificate));
    }

    [Fact]
    public async Task A_clock_that_is_hours_behind_still_trusts()
    {
        var behind = new FixedOffset(TimeSpan.FromHours(-20));
        await using var three = Wire.Make(
            Wire.Authority.Issue(WirePlace.Cluster, new(3)),
            Quick,
            time: behind
        );
        using var reply = await three.SendAsync(Two.Local, Message([1]), default);
        Assert.Null(reply.Error);
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_by_the_next_connection()
    {
        var source = new ChangingIdentity(
            Wire.Authority.Issue(WirePlace.Cluster, new(3), TimeSpan.FromDays(-3))
        );
        await using var three = Wire.Make(source, Quick);
        using (var refused = await three.SendAsync(Two.Local, Message([1]), default))
        {
            Assert.NotNull(refused.Error);
        }

        source.Current = Wire.Authority.Issue(WirePlace.Cluster, new(3));
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            using var reply = await three.SendAsync(Two.Local, Message([1]), patience.Token);
            if (reply.Error is null)
            {
                return;
            }

            await Task.Delay(10, patience.Token);
        }
    }

    private async Task AssertRefusedAsync(NodeIdentity identity)
    {
        Handler.Request = (_, message, _) =>
        {
            Interlocked.Increment(ref _served);
            return ValueTask.FromResult(Bytes.Reply(message.Body));
        };
        await using var stranger = Wire.Make(identity, Quick);
        using var reply = await stranger.SendAsync(Two.Local, Message([1]), default);
        Assert.True(Error(reply).Code == TransportErrorCode.NotTrusted, Error(reply).ToString());
        Assert.Equal(0, _served);
        using var own = await One.SendAsync(Two.Local, Message([1]), default);
        Assert.Null(own.Error);
    }

    private sealed class ChangingIdentity(NodeIdentity first) : INodeIdentitySource
    {
        public NodeIdentity Current { get; set; } = first;
    }

    private sealed class FixedOffset(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }
}
