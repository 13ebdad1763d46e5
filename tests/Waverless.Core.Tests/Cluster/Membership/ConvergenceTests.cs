using CsCheck;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Whoever has heard the same claims sees the same, in whatever order and how often.</summary>
public sealed class ConvergenceTests
{
    [Fact]
    public void Order_and_repetition_of_what_is_heard_decide_nothing() =>
        Gen.Select(RecordGen.Claim.Array[1, 20], Gen.Int)
            .Sample(
                (claims, seed) =>
                {
                    var expected = View(claims);
                    var shuffled = claims.Concat(claims).ToArray();
                    new Random(seed).Shuffle(shuffled);
                    Assert.Equal(expected, View(shuffled));
                },
                iter: 200
            );

    [Fact]
    public void Random_messages_never_break_the_protocol() =>
        Gen.Select(RecordGen.Message.Array[1, 20], Gen.UShort[0, 8])
            .Sample(
                (messages, kind) =>
                {
                    var one = new ProtocolHarness();
                    foreach (var message in messages)
                    {
                        one.Protocol.Receive(
                            one.Now,
                            message.From.Id,
                            kind,
                            MembershipCodec.Encode(message)
                        );
                        one.Pass(0.5);
                        one.Sent();
                    }

                    Assert.True(one.Protocol.Due >= TimeSpan.Zero);
                },
                iter: 50
            );

    /// <summary>A view after claims that nobody out has made.</summary>
    private static string View(MemberRecord[] claims)
    {
        var one = new ProtocolHarness();
        foreach (var claim in claims)
        {
            one.Arrive(9, ClusterMessages.Gossip, message => message with { News = [claim] });
        }

        return string.Join(
            "; ",
            one.Protocol.Others.Select(entry => entry.Record)
                .OrderBy(record => record.Id.Value)
                .Select(record => $"{record.Id} {record.Boot}.{record.Incarnation} {record.Health}")
        );
    }
}
