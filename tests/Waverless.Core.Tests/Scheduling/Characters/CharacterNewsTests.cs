using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Waverless.Apps;

namespace Waverless.Scheduling.Characters;

public sealed class CharacterNewsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_one_node_saw_another_one_knows()
    {
        var (here, there) = (new CharacterTable(_time), new CharacterTable(_time));
        Run(here, "a/f", times: 7);
        here.StartedCold("a", 80_000);
        here.Fold();

        Assert.True(there.Hear(Told(here)));
        there.Fold();

        var function = FunctionAddress.Parse("a/f");
        Assert.Equal(here.CharacterOf(function, true), there.CharacterOf(function, true));
        Assert.Equal(7, there.Of(function)!.Now.Runs);
    }

    [Fact]
    public void Edges_are_told_as_well()
    {
        var (here, there) = (new CharacterTable(_time), new CharacterTable(_time));
        Run(here, "a/f", times: 5);
        for (var i = 0; i < 5; i++)
        {
            here.Of(FunctionAddress.Parse("a/f"))!.SetOff(77, 78, 900);
        }

        here.Fold();
        Assert.True(there.Hear(Told(here)));
        there.Fold();

        Assert.Equal([78ul], there.Of(FunctionAddress.Parse("a/f"))!.NextApps);
    }

    [Fact]
    public void Nothing_is_told_twice()
    {
        var table = new CharacterTable(_time);
        Run(table, "a/f", times: 5);
        table.Fold();

        Assert.NotEmpty(Told(table));
        Assert.Empty(Told(table));
        table.Fold();
        Assert.Empty(Told(table));
    }

    [Fact]
    public void What_was_heard_is_not_told_on()
    {
        var (here, there) = (new CharacterTable(_time), new CharacterTable(_time));
        Run(here, "a/f", times: 5);
        here.Fold();
        there.Hear(Told(here));
        there.Fold();

        Assert.Empty(Told(there));
    }

    [Fact]
    public void Where_there_is_no_room_for_all_they_take_turns_and_all_are_told()
    {
        var (here, there) = (new CharacterTable(_time), new CharacterTable(_time));
        for (var i = 0; i < 100; i++)
        {
            Run(here, $"app{i}/f", times: 3);
        }

        here.Fold();
        var reports = 0;
        while (Told(here) is { Length: > 0 } told)
        {
            Assert.InRange(told.Length, 1, CharacterLimits.ReportBytesMax);
            Assert.True(there.Hear(told));
            reports++;
        }

        there.Fold();
        Assert.InRange(reports, 2, 50);
        Assert.Equal(100, there.Count);
        Assert.All(there.Profiles, profile => Assert.Equal(3, profile.Now.Runs));
    }

    [Fact]
    public void The_widest_histogram_fits_into_a_report()
    {
        var table = new CharacterTable(_time);
        var profile = table.Of(FunctionAddress.Parse("a/f"))!;
        for (var bucket = 0; bucket < LogBuckets.Count; bucket++)
        {
            for (var i = 0; i < 20_000; i++)
            {
                profile.SetOff(1, 2, (long)LogBuckets.Middle(bucket));
            }
        }

        table.Fold();

        Assert.NotEmpty(Told(table));
    }

    [Fact]
    public void What_is_too_wide_for_little_room_keeps_nobody_waiting()
    {
        var (here, there) = (new CharacterTable(_time), new CharacterTable(_time));
        for (var i = 0; i < 20; i++)
        {
            Run(here, $"narrow{i}/f", times: 3);
            var wide = here.Of(FunctionAddress.Parse($"wide{i}/f"))!;
            for (var bucket = 0; bucket < LogBuckets.Count; bucket++)
            {
                wide.Record(Measure.Run, (long)LogBuckets.Middle(bucket));
            }
        }

        here.Fold();
        var room = new byte[CharacterLimits.ReportBytesMin];
        while (here.Tell(room) is > 0 and var told)
        {
            Assert.True(there.Hear(room.AsSpan(0, told)));
        }

        Assert.Equal(20, there.Count);
    }

    [Fact]
    public void Random_bytes_are_refused_or_harmless() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(bytes =>
            {
                var table = new CharacterTable(_time);
                var isTaken = table.Hear(bytes);
                table.Fold();
                Assert.True(isTaken || table.Count == 0);
                Assert.All(table.Profiles, profile => Assert.True(profile.Now.Runs >= 0));
            });

    [Fact]
    public void What_is_cut_off_is_refused_as_a_whole()
    {
        var here = new CharacterTable(_time);
        Run(here, "a/f", times: 7);
        here.Fold();
        var told = Told(here);
        for (var length = 1; length < told.Length; length++)
        {
            var there = new CharacterTable(_time);
            if (!there.Hear(told.AsSpan(0, length)))
            {
                Assert.Equal(0, there.Count);
            }
        }
    }

    private static void Run(CharacterTable table, string function, int times)
    {
        var profile = table.Of(FunctionAddress.Parse(function))!;
        for (var i = 0; i < times; i++)
        {
            profile.Record(Measure.Run, 2_000);
        }
    }

    private static byte[] Told(CharacterTable table)
    {
        var room = new byte[CharacterLimits.ReportBytesMax];
        return room[..table.Tell(room)];
    }
}
