using System.Globalization;

namespace Scorecard;

/// <summary>Runs rows one after the other and prints their lines.</summary>
internal static class Run
{
    /// <summary>0: every bar was met; 1: some were not, or a row could not be measured.</summary>
    public static async Task<int> AllAsync(IEnumerable<IRow> rows, Options options)
    {
        Console.WriteLine(Machine.Describe());
        Print("row", "measured", "baseline", "ratio", "bar", "", "against");
        List<Line> lines = [];
        var failed = 0;
        foreach (var row in rows.Where(row => options.Wants(row.Name)))
        {
            if (row.IsLong && !options.Long)
            {
                Console.WriteLine($"{row.Name}: not run, because it takes minutes; --long runs it");
                continue;
            }

            try
            {
                foreach (var line in await row.MeasureAsync())
                {
                    Print(line);
                    lines.Add(line);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failed++;
                Console.WriteLine($"{row.Name}: SHORT, could not be measured: {e}");
            }

            GC.Collect();
        }

        if (options.JsonFile is { } file)
        {
            await ScorecardJson.WriteAsync(file, lines);
        }

        return failed == 0 && lines.All(line => line.IsOk) ? 0 : 1;
    }

    private static void Print(Line line) =>
        Print(
            line.Row,
            $"{Number(line.Measured)} {line.Unit}",
            $"{Number(line.Baseline)} {line.Unit}",
            line.Ratio.ToString("0.00", CultureInfo.InvariantCulture),
            line.Bar.Text(line.Unit),
            line.Verdict,
            line.Errors == 0 ? line.Against : $"{line.Errors} ERRORS; {line.Against}"
        );

    private static void Print(
        string row,
        string measured,
        string baseline,
        string ratio,
        string bar,
        string verdict,
        string against
    ) =>
        Console.WriteLine(
            $"{row, -36}{measured, 14}{baseline, 14}{ratio, 8}  {bar, -11}{verdict, -6}{against}"
        );

    private static string Number(double value) =>
        value.ToString(value < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
