using System.Globalization;
using Scheduling;
using Waverless.Scheduling;

// dotnet run -c Release --project benchmarks/Scheduling [-- workload ...]
string[] schedulers =
[
    SchedulerNames.Random,
    SchedulerNames.Hash,
    SchedulerNames.Straw2,
    SchedulerNames.LeastLoaded,
    SchedulerNames.Locality,
    SchedulerNames.Adaptive,
];
var folder = Path.Combine(AppContext.BaseDirectory, "workloads");
var workloads = Directory
    .GetFiles(folder, "*.json")
    .Order(StringComparer.Ordinal)
    .Select(Workload.Read)
    .Where(workload => !args.Any(arg => arg[0] != '+') || args.Contains(workload.Name))
    .ToList();
var only = args.Where(arg => arg[0] == '+').Select(arg => arg[1..]).ToList();
var isMet = true;
foreach (var workload in workloads)
{
    Console.WriteLine($"{workload.Name}: {workload.What}");
    Console.WriteLine(ResultTable.Header);
    var outcomes = new Dictionary<string, Outcome>();
    foreach (var scheduler in schedulers.Where(s => only.Count == 0 || only.Contains(s)))
    {
        var outcome = new Simulation(workload, scheduler).Run();
        outcomes[scheduler] = outcome;
        Console.WriteLine(ResultTable.Line(scheduler, outcome));
    }

    if (only.Count > 0)
    {
        continue;
    }

    var verdict = ResultTable.Verdict(outcomes, workload);
    isMet &= verdict.IsMet;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verdict.Text}\n"));
}

return isMet ? 0 : 1;
