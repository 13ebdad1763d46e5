using System.Diagnostics;
using System.Net;

namespace ClusterSample;

/// <summary>Walks through what a cluster promises, over HTTP like any user.</summary>
internal static class ClusterCheck
{
    public static async Task<bool> RunAsync(LocalCluster cluster)
    {
        (string Name, Func<LocalCluster, Task<string>> Run)[] steps =
        [
            ("any node answers for any app", AnyNodeAnswersAsync),
            ("a text is counted by functions that keys start", CountAsync),
            ("a hundred functions in a row", ChainAsync),
            ("orders are placed at any node, paid and mailed once", OrdersStep.RunAsync),
            ("a killed worker costs its own keys only, and comes back with them", KillAsync),
            ("a frozen worker costs a bounded moment", FreezeAsync),
            ("a node joins by a token, gets its share, and leaves again", JoinStep.RunAsync),
        ];
        var failed = 0;
        var ran = new RanWhere();
        foreach (var (index, step) in steps.Index())
        {
            Console.WriteLine($"{index + 1}. {step.Name}");
            try
            {
                Console.WriteLine($"   {await step.Run(cluster)}");
                foreach (var line in await ran.TellAsync(cluster))
                {
                    Console.WriteLine($"     {line}");
                }
            }
            catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
            {
                failed++;
                Console.WriteLine($"   FAILED: {e.Message}");
            }
        }

        Console.WriteLine(failed == 0 ? $"All {steps.Length} steps passed." : $"{failed} failed.");
        return failed == 0;
    }

    private static async Task<string> AnyNodeAnswersAsync(LocalCluster cluster)
    {
        for (var i = 0; i < 20; i++)
        {
            foreach (var node in cluster.Nodes.Values)
            {
                await Check.GoodAsync(await node.Http.GetAsync("/where/am_i"));
                await Check.GoodAsync(
                    await node.Http.PostAsync("/fn2/fn2", new StringContent("x"))
                );
            }
        }

        return $"20 calls of each of two apps, at each of {cluster.Nodes.Count} nodes";
    }

    private static async Task<string> CountAsync(LocalCluster cluster)
    {
        var text = string.Join(' ', Enumerable.Repeat("one two three two", 2_000));
        foreach (var node in cluster.Nodes.Values)
        {
            var body = new StringContent(text);
            var posted = await node.Http.PostAsync("/word_count/split_file?wait=cascade", body);
            await Check.GoodAsync(posted);
            var counted = await node.Http.GetStringAsync("/word_count/result?top=1");
            Check.Demand(counted.Contains("two", StringComparison.Ordinal), counted);
            Check.Demand(counted.Contains("4000", StringComparison.Ordinal), counted);
        }

        return "8,000 words, counted through each node";
    }

    private static async Task<string> ChainAsync(LocalCluster cluster)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var node in cluster.Nodes.Values)
        {
            var answer = await node.Http.GetAsync("/longchain/chain_begin?wait=cascade");
            await Check.GoodAsync(answer);
        }

        var each = Stopwatch.GetElapsedTime(began) / cluster.Nodes.Count;
        return $"{each.TotalMilliseconds:F1} ms for each";
    }

    private static async Task<string> KillAsync(LocalCluster cluster)
    {
        var master = cluster.Nodes[1];
        const uint Victim = 2;
        await cluster.Nodes[Victim].KillAsync();
        var answers = new Dictionary<HttpStatusCode, int>();
        foreach (
            var path in (string[])["/longchain/chain_state", "/word_count/result", "/where/am_i"]
        )
        {
            var status = (await master.Http.GetAsync(path)).StatusCode;
            answers[status] = answers.GetValueOrDefault(status) + 1;
            Check.Demand(
                status
                    is HttpStatusCode.OK
                        or HttpStatusCode.ServiceUnavailable
                        or HttpStatusCode.BadGateway,
                $"{path} answered {(int)status} while node {Victim} was away"
            );
        }

        await cluster.StartAsync(Victim);
        await Check.UntilAsync(master, "/longchain/chain_state");
        await Check.UntilAsync(master, "/word_count/result?top=1");
        return "meanwhile: " + string.Join(", ", answers.Select(a => $"{(int)a.Key} x{a.Value}"));
    }

    private static async Task<string> FreezeAsync(LocalCluster cluster)
    {
        var master = cluster.Nodes[1];
        const uint Victim = 3;
        if (!cluster.Nodes.TryGetValue(Victim, out var victim))
        {
            return "skipped: there is one worker only";
        }

        victim.Freeze();
        var longest = TimeSpan.Zero;
        try
        {
            // Stateless work goes elsewhere once the node is suspected.
            var end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 8);
            while (Stopwatch.GetTimestamp() < end)
            {
                var began = Stopwatch.GetTimestamp();
                using var answer = await master.Http.GetAsync("/where/am_i");
                var took = Stopwatch.GetElapsedTime(began);
                longest = took > longest ? took : longest;
            }
        }
        finally
        {
            victim.Thaw();
        }

        for (var i = 0; i < 10; i++)
        {
            await Check.GoodAsync(await master.Http.GetAsync("/where/am_i"));
        }

        await Check.UntilAsync(master, "/longchain/chain_state");
        return $"the longest of the calls meanwhile took {longest.TotalSeconds:F1} s";
    }
}
