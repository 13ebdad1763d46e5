using System.Diagnostics;

namespace Scorecard;

/// <summary>
/// Runs a row's two sides until the runtime has compiled them for good. A count does not do: a
/// method is compiled again 100 ms after others were compiled last, and once more with what was
/// learned, so that a row that runs alone would compare its last rounds with its first.
/// </summary>
internal static class WarmUp
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>Runs them in turn for three seconds, at least once each.</summary>
    public static async Task RunAsync(Func<Task> product, Func<Task> baseline)
    {
        var began = Stopwatch.GetTimestamp();
        do
        {
            await product();
            await baseline();
        } while (Stopwatch.GetElapsedTime(began) < Time);
    }
}
