namespace Waverless.Scheduling.Warming;

/// <summary>How many instances of each app a node keeps warm.</summary>
internal static class WarmPlan
{
    /// <summary>
    /// As many as run at once, with room for chance (the spread of a Poisson number is its root);
    /// one while the app is not idle; none after.
    /// </summary>
    public static int InstancesOf(double concurrency, double idleSeconds)
    {
        if (idleSeconds >= WarmLimits.IdleSeconds)
        {
            return 0;
        }

        var wanted = Math.Ceiling(concurrency + Math.Sqrt(concurrency));
        return (int)Math.Clamp(wanted, 1, WarmLimits.AppInstancesMax);
    }

    /// <summary>
    /// Cuts what all want together to what the node keeps: first one for each that wants any, by
    /// how much it runs, then the rest in the same order.
    /// </summary>
    /// <param name="wanted">What each app wants, those that run most first; is cut in place.</param>
    public static void Cut(Span<int> wanted)
    {
        var left = WarmLimits.NodeInstancesMax;
        foreach (ref var app in wanted)
        {
            app = left > 0 ? app : 0;
            left -= app > 0 ? 1 : 0;
        }

        foreach (ref var app in wanted)
        {
            var more = Math.Min(Math.Max(0, app - 1), left);
            app = app > 0 ? 1 + more : 0;
            left -= more;
        }
    }
}
