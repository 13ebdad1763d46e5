using Microsoft.Extensions.Time.Testing;
using Waverless.Apps;

namespace Waverless.Scheduling.Characters;

public sealed class CharacterTableTests
{
    private static readonly FunctionAddress Count = FunctionAddress.Parse("words/count");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Of_a_function_that_never_ran_nothing_is_known() =>
        Assert.Equal(
            new FunctionCharacter { IsStateless = true },
            new CharacterTable(_time).CharacterOf(Count, isStateless: true)
        );

    [Fact]
    public void What_was_recorded_is_known_after_a_fold()
    {
        var table = Recorded(runs: 10);

        var known = table.CharacterOf(Count, isStateless: false);

        Assert.InRange(known.RunMs, 4.4f, 5.6f);
        Assert.InRange(known.KvBytes, 2_600, 3_400);
        Assert.Equal(2, known.KvCalls);
        Assert.InRange(known.ColdStartMs, 70, 90);
    }

    [Fact]
    public void What_has_not_run_is_expected_to_be_as_others_are()
    {
        var table = Recorded(runs: 10);

        var guessed = table.CharacterOf(FunctionAddress.Parse("other/new"), isStateless: true);

        Assert.InRange(guessed.RunMs, 4.4f, 5.6f);
        Assert.InRange(guessed.ColdStartMs, 70, 90);
        Assert.Equal(0, guessed.KvBytes);
    }

    [Fact]
    public void The_present_outweighs_the_past()
    {
        var table = Recorded(runs: 1_000);
        _time.Advance(TimeSpan.FromSeconds(8 * CharacterLimits.HalfLifeSeconds));
        table.Fold();
        for (var i = 0; i < 100; i++)
        {
            table.Of(Count)!.Record(Measure.Run, 50_000);
        }

        table.Fold();

        Assert.InRange(table.CharacterOf(Count, false).RunMs, 40, 56);
    }

    [Fact]
    public void A_function_that_runs_rarely_is_not_forgotten_by_fading()
    {
        var table = Recorded(runs: 3);
        _time.Advance(TimeSpan.FromSeconds(CharacterLimits.ForgetSeconds - 1));
        table.Fold();

        Assert.InRange(table.CharacterOf(Count, false).RunMs, 4.4f, 5.6f);
    }

    [Fact]
    public void What_nobody_saw_run_for_long_is_forgotten_and_learned_anew()
    {
        var table = Recorded(runs: 3);
        var before = table.Of(Count)!;
        _time.Advance(TimeSpan.FromSeconds(CharacterLimits.ForgetSeconds + 1));
        table.Fold();

        Assert.True(before.IsForgotten);
        Assert.Equal(0, table.Count);
        Assert.False(table.Of(Count)!.IsForgotten);
    }

    [Fact]
    public void Beyond_the_bound_functions_are_unknown_and_nothing_breaks()
    {
        var table = new CharacterTable(_time);
        for (var i = 0; i < CharacterLimits.FunctionsMax; i++)
        {
            Assert.NotNull(table.Of(new FunctionAddress("app", "f" + i)));
        }

        Assert.Null(table.Of(Count));
        Assert.Equal(CharacterLimits.FunctionsMax, table.Count);
    }

    [Fact]
    public void A_function_has_a_bounded_number_of_neighbours()
    {
        var profile = new FunctionProfile(1, 2);
        for (var i = 1ul; i <= FunctionProfile.EdgesMax + 5; i++)
        {
            profile.SetOff(i, i, 10);
        }

        Assert.Equal(FunctionProfile.EdgesMax, profile.Edges.Length);
    }

    [Fact]
    public void The_next_app_of_a_chain_is_one_that_most_runs_set_off()
    {
        var table = new CharacterTable(_time);
        var profile = table.Of(Count)!;
        for (var i = 0; i < 10; i++)
        {
            profile.Record(Measure.Run, 100);
            profile.SetOff(11, targetApp: 1, afterMicros: 50);
            profile.SetOff(12, targetApp: profile.App, afterMicros: 50);
        }

        profile.SetOff(13, targetApp: 3, afterMicros: 50);
        table.Fold();

        // Its own app is warm already, and the third one is set off by one run of ten.
        Assert.Equal([1ul], profile.NextApps);
    }

    [Fact]
    public void Times_are_recorded_as_on_the_average_node()
    {
        var table = new CharacterTable(_time) { Speed = 2 };
        table.StartedCold("words", 40_000);
        table.Fold();

        Assert.InRange(table.CharacterOf(Count, false).ColdStartMs, 70, 90);
    }

    [Fact]
    public async Task Many_threads_record_at_once_and_hardly_anything_is_lost()
    {
        const int Runs = 20_000;
        var table = new CharacterTable(_time);
        var profile = table.Of(Count)!;
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(
                        () =>
                        {
                            for (var i = 0; i < Runs; i++)
                            {
                                profile.Record(Measure.Run, 100);
                                profile.SetOff((ulong)(i % 8) + 1, 1, 5);
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );
        table.Fold();

        Assert.InRange(profile.Now.Runs, Runs / 2, 4 * Runs);
        Assert.Equal(8, profile.Edges.Length);
    }

    [Fact]
    public void Recording_does_not_allocate()
    {
        var profile = new CharacterTable(_time).Of(Count)!;
        profile.Record(Measure.Run, 1);
        profile.SetOff(1, 2, 3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            profile.Record(Measure.Run, i);
            profile.SetOff(1, 2, i);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private CharacterTable Recorded(int runs)
    {
        var table = new CharacterTable(_time);
        var profile = table.Of(Count)!;
        for (var i = 0; i < runs; i++)
        {
            profile.Record(Measure.Run, 5_000);
            profile.Record(Measure.RoundTrips, 2);
            profile.Record(Measure.Read, 1_000);
            profile.Record(Measure.Written, 2_000);
        }

        table.StartedCold("words", 80_000);
        table.Fold();
        return table;
    }
}
