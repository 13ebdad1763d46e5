using System.Text;
using CsCheck;

namespace Waverless.Apps;

public sealed class KeyPartitionerTests
{
    private const string Manifest = """
        fns:
          f:
            kvs:
              'user_{}_{}': {ops: [get, set], partition: 0}
              'order.{}.{}': {ops: [get], partition: 1}
              other: [get]
        """;

    [Fact]
    public void An_app_is_one_partition_by_default()
    {
        var partitioner = new KeyPartitioner(Parse(Manifest));
        Assert.Equal(1, partitioner.Count);
        Assert.Equal(0, partitioner.PartitionOf("user_7_x"u8));
    }

    [Fact]
    public void The_deciding_placeholder_alone_decides()
    {
        var partitioner = new KeyPartitioner(Parse("partition: 64\n" + Manifest));
        Gen.Select(Gen.Int[0, 999], Gen.Int[0, 999])
            .Sample(
                (user, rest) =>
                {
                    var partition = partitioner.PartitionOfValue(Utf8($"{user}"));
                    Assert.InRange(partition, 0, 63);
                    Assert.Equal(partition, partitioner.PartitionOf(Utf8($"user_{user}_{rest}")));
                    Assert.Equal(partition, partitioner.PartitionOf(Utf8($"order.{rest}.{user}")));
                },
                iter: 1_000
            );
    }

    [Fact]
    public void A_key_without_a_rule_lives_in_partition_0()
    {
        var partitioner = new KeyPartitioner(Parse("partition: 64\n" + Manifest));
        Assert.Equal(0, partitioner.PartitionOf("other"u8));
        Assert.Equal(0, partitioner.PartitionOf("unknown"u8));
        Assert.Equal(0, partitioner.PartitionOf(""u8));
    }

    [Fact]
    public void Values_spread_evenly()
    {
        var partitioner = new KeyPartitioner(Parse("partition: 16\n" + Manifest));
        var counts = new int[16];
        for (var i = 0; i < 16_000; i++)
        {
            counts[partitioner.PartitionOfValue(Utf8($"u{i}"))]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 800, 1_200));
    }

    [Fact]
    public void Placement_never_changes_since_it_is_on_disk()
    {
        var partitioner = new KeyPartitioner(Parse("partition: 256\n" + Manifest));
        Assert.Equal(
            Golden,
            new[] { "", "0", "7", "alice", "bob", "x-1" }.Select(value =>
                partitioner.PartitionOfValue(Utf8(value))
            )
        );
    }

    private static readonly int[] Golden = [82, 220, 81, 237, 188, 202];

    private static AppManifest Parse(string yaml) =>
        ManifestReader.Parse(yaml, "app.yaml", "app")[0];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
