using Waverless.Invocations;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

/// <summary>
/// Three times as much comes for a minute as a cluster can do, from clients that ask again: it does
/// what it can all the while, and all that comes soon after.
/// </summary>
public sealed class ClusterOverloadTests(ITestOutputHelper output)
{
    private const int Begins = OverloadStorm.CalmSeconds;
    private const int Ends = Begins + OverloadStorm.OverloadSeconds;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A short queue; the default one, whose wait is longer than anybody is patient; and clients
    /// whose patience the cluster does not know of, so that it works for many who have gone.
    /// </summary>
    [Theory]
    [InlineData(16, true, 1)]
    [InlineData(Apps.FunctionLimits.QueueDefault, true, 2)]
    [InlineData(Apps.FunctionLimits.QueueDefault, false, 3)]
    public void An_overload_costs_what_is_too_much_and_is_over_when_it_ends(
        int queue,
        bool knowsPatience,
        int seed
    )
    {
        var storm = new OverloadStorm(seed, queue, Patience, knowsPatience);
        storm.Run();
        var perSecond = storm.Good.Zip(storm.Asked, (good, asked) => $"{good}/{asked}");
        output.WriteLine($"of use/asked in each second: {string.Join(' ', perSecond)}");
        output.WriteLine($"{string.Join(' ', storm.Answers)}, longest {storm.Longest}");

        // It was one.
        var asked = storm.Asked.Skip(Begins).Take(OverloadStorm.OverloadSeconds).Average();
        Assert.InRange(asked, 2.8 * OverloadStorm.Capacity, 3.2 * OverloadStorm.Capacity);

        // While it lasts, all nodes do work that is of use.
        var during = storm.Good.Skip(Begins).Take(OverloadStorm.OverloadSeconds).Average();
        Assert.True(during > 0.9 * OverloadStorm.Capacity, $"{during}/s of use");

        // Ten seconds after it nothing tells of it.
        var after = storm.Good.Skip(Ends + 10).Sum();
        var askedAfter = storm.Asked.Skip(Ends + 10).Sum();
        Assert.True(after >= 0.97 * askedAfter, $"{after} of {askedAfter} were of use");

        // Every attempt had an answer, and that by its deadline.
        Assert.DoesNotContain(
            storm.Answers.Keys,
            status =>
                status
                    is not (
                        InvocationStatus.Completed
                        or InvocationStatus.QueueFull
                        or InvocationStatus.TimedOut
                        or InvocationStatus.Overloaded
                    )
        );
        var deadline = knowsPatience ? Patience : Apps.FunctionLimits.TimeoutDefault;
        Assert.True(storm.Longest <= deadline + Patience, $"{storm.Longest}");
    }
}
