using System.Globalization;
using Waverless.Scheduling;

namespace Scheduling;

/// <summary>Prints outcomes, and says whether the bars of issue 4 are met.</summary>
internal static class ResultTable
{
    private const double OverRandom = 1.5;
    private const double DataHeavyBytes = 1 << 20;

    public static string Header { get; } =
        "| scheduler    |   p50 ms |   p99 ms |  mean ms | cold starts | GiB moved | unfinished |\n"
        + "|---|--:|--:|--:|--:|--:|--:|";

    public static string Line(string scheduler, Outcome outcome) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {scheduler, -12} | {outcome.P50Ms, 8:F2} | {outcome.P99Ms, 8:F2} "
                + $"| {outcome.MeanMs, 8:F2} | {outcome.ColdStarts, 11} "
                + $"| {outcome.BytesMoved / (1L << 30), 9:F2} | {outcome.Unfinished, 10} |"
        );

    public static (bool IsMet, string Text) Verdict(
        Dictionary<string, Outcome> outcomes,
        Workload workload
    )
    {
        var adaptive = outcomes[SchedulerNames.Adaptive].P99Ms;
        var (best, other) = outcomes
            .Where(entry => entry.Key != SchedulerNames.Adaptive)
            .MinBy(entry => entry.Value.P99Ms);
        var random = outcomes[SchedulerNames.Random].P99Ms / adaptive;
        var isChained =
            workload.Functions.Any(function => function.Next is not null)
            && workload.Functions.Any(function => function.KvBytes >= DataHeavyBytes);
        var isMet = adaptive <= other.P99Ms && (!isChained || random >= OverRandom);
        return (
            isMet,
            string.Create(
                CultureInfo.InvariantCulture,
                $"adaptive's p99 is {adaptive / other.P99Ms:F2}x of the best other ({best}), "
                    + $"random's is {random:F2}x of adaptive's: {(isMet ? "ok" : "SHORT")}"
            )
        );
    }
}
