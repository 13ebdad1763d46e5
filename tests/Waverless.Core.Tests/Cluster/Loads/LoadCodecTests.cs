using CsCheck;
using Waverless.Cluster.Membership;
using Waverless.Scheduling.Characters;

namespace Waverless.Cluster.Loads;

public sealed class LoadCodecTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        var load = new NodeLoad
        {
            Slots = 8,
            Active = 5,
            Queued = 300,
            BacklogMs = 12.5f,
            Usage = new NodeUsage(1, 0.2f),
            IsDraining = true,
            Warm = WarmApps.Create([new("a", 3), new("b", 1)]),
        };
        var room = new byte[LoadReport.BytesMax];
        var length = LoadCodec.Write(load, room);
        ReadOnlySpan<byte> bytes = [.. room[..length], 42];

        Assert.True(LoadCodec.TryRead(ref bytes, out var read));
        Assert.Equal(42, Assert.Single(bytes.ToArray()));
        Assert.Equal(
            (8, 5, 300, 12.5f, true, 1f),
            (read.Slots, read.Active, read.Queued, read.BacklogMs, read.IsDraining, read.Usage.Cpu)
        );
        Assert.Equal(0.2f, read.Usage.Memory, 0.005f);
        Assert.Equal(
            (3, 1, 0),
            (read.Warm.InstancesOf("a"), read.Warm.InstancesOf("b"), read.Warm.InstancesOf("c"))
        );
    }

    [Fact]
    public void The_largest_load_leaves_room_for_what_functions_did()
    {
        var load = new NodeLoad
        {
            Slots = int.MaxValue,
            Active = int.MaxValue,
            Queued = int.MaxValue,
            Warm = WarmApps.Create(
                Enumerable.Range(0, 300).Select(i => KeyValuePair.Create("app" + i, 500))
            ),
        };
        var room = new byte[LoadReport.BytesMax];
        var length = LoadCodec.Write(load, room);

        Assert.InRange(length, 1, LoadReport.BytesMax - CharacterLimits.ReportBytesMax);
        ReadOnlySpan<byte> bytes = room.AsSpan(0, length);
        Assert.True(LoadCodec.TryRead(ref bytes, out var read));
        Assert.Equal(LoadLimits.WarmAppsMax, read.Warm.Count);
    }

    [Fact]
    public void What_is_cut_off_is_refused()
    {
        var room = new byte[LoadReport.BytesMax];
        var load = new NodeLoad { Warm = WarmApps.Create([new("a", 3)]) };
        var length = LoadCodec.Write(load, room);
        for (var cut = 0; cut < length; cut++)
        {
            ReadOnlySpan<byte> bytes = room.AsSpan(0, cut);
            Assert.False(LoadCodec.TryRead(ref bytes, out _));
        }
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen
            .Byte.Array[0, 100]
            .Sample(bytes =>
            {
                ReadOnlySpan<byte> from = [1, .. bytes];
                if (LoadCodec.TryRead(ref from, out var load))
                {
                    Assert.True(load.Slots > 0);
                    Assert.True(load.BacklogMs >= 0 && float.IsFinite(load.BacklogMs));
                }
            });
}
