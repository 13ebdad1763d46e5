using CsCheck;

namespace Waverless.Cluster.Membership;

public sealed class MembershipCodecTests
{
    [Fact]
    public void Messages_survive_the_wire() =>
        RecordGen.Message.Sample(
            message =>
            {
                var bytes = MembershipCodec.Encode(message);
                var read = MembershipCodec.TryDecode(bytes, out var why);
                Assert.True(read is not null, why);
                Assert.Equal(message.From, read.From);
                Assert.Equal(message.Sequence, read.Sequence);
                Assert.Equal(message.Boot, read.Boot);
                Assert.Equal(message.Subject, read.Subject);
                Assert.Equal(message.News, read.News);
                Assert.Equal(bytes, MembershipCodec.Encode(read));
            },
            iter: 500
        );

    [Fact]
    public void No_message_is_larger_than_it_was_counted() =>
        Gen.Select(RecordGen.Record, RecordGen.Load)
            .Sample(
                (record, load) =>
                {
                    var nothing = new MembershipMessage(record);
                    var both = nothing with { News = [record], Loads = [load] };
                    var more =
                        MembershipCodec.Encode(both).Length
                        - MembershipCodec.Encode(nothing).Length;
                    Assert.InRange(
                        more,
                        1,
                        MembershipCodec.BytesOf(record) + MembershipCodec.BytesOf(load.Value)
                    );
                },
                iter: 500
            );

    [Fact]
    public void Random_bytes_are_refused_and_never_throw() =>
        Gen
            .Byte.Array[0, 300]
            .Sample(
                bytes =>
                {
                    if (bytes.Length > 0)
                    {
                        bytes[0] = MembershipCodec.Version;
                    }

                    if (MembershipCodec.TryDecode(bytes, out var why) is null)
                    {
                        Assert.NotNull(why);
                    }
                },
                iter: 2_000
            );

    [Fact]
    public void Damaged_messages_are_refused_or_read_and_never_throw() =>
        Gen.Select(RecordGen.Message, Gen.Int, Gen.Byte)
            .Sample(
                (message, place, value) =>
                {
                    var bytes = MembershipCodec.Encode(message);
                    bytes[(place & int.MaxValue) % bytes.Length] = value;
                    var read = MembershipCodec.TryDecode(bytes, out _);
                    if (read is not null)
                    {
                        // What was read can be said again.
                        Assert.NotNull(
                            MembershipCodec.TryDecode(MembershipCodec.Encode(read), out _)
                        );
                    }
                },
                iter: 2_000
            );

    [Fact]
    public void A_part_of_a_message_or_more_than_one_is_none() =>
        RecordGen.Message.Sample(
            message =>
            {
                var bytes = MembershipCodec.Encode(message);
                for (var length = 0; length < bytes.Length; length += 7)
                {
                    Assert.Null(MembershipCodec.TryDecode(bytes.AsSpan(0, length), out _));
                }

                Assert.Null(MembershipCodec.TryDecode([.. bytes, 0], out _));
            },
            iter: 200
        );

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Another_version_is_refused_by_name(byte version)
    {
        var bytes = MembershipCodec.Encode(new(ProtocolHarness.Record(2)));
        bytes[0] = version;
        Assert.Null(MembershipCodec.TryDecode(bytes, out var why));
        Assert.Equal($"version {version}", why);
    }

    [Fact]
    public void Nobody_says_of_itself_that_it_is_out() =>
        Assert.Null(
            MembershipCodec.TryDecode(
                MembershipCodec.Encode(new(ProtocolHarness.Record(2, health: MemberHealth.Out))),
                out _
            )
        );
}
