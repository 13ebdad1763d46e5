using System.Globalization;
using System.Text;
using CsCheck;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>
/// Random atomic functions that run at once end as if they had run one after the other: some order
/// explains everything that they have seen and what is there in the end.
/// </summary>
public sealed class SerializabilityTests
{
    private static readonly Gen<(int Seed, (int What, int Key)[][] Programs)> Cases = Gen.Select(
        Gen.Int[0, int.MaxValue],
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, RandomProgram.Keys - 1]).Array[1, 5].Array[2, 5]
    );

    [Fact]
    public void Some_serial_order_explains_what_concurrent_functions_have_seen() =>
        Cases.Sample(
            (seed, programs) =>
                Assert.True(IsExplained(seed, programs, IsolationMode.Serializable)),
            iter: 300
        );

    [Fact]
    public void The_property_tells_snapshot_isolation_from_it()
    {
        var unexplained = 0;
        Cases.Sample(
            (seed, programs) =>
            {
                if (!IsExplained(seed, programs, IsolationMode.Snapshot))
                {
                    Interlocked.Increment(ref unexplained);
                }
            },
            iter: 300
        );
        Assert.True(unexplained > 0, "no case in which the isolation would matter");
    }

    private static bool IsExplained(
        int seed,
        (int What, int Key)[][] steps,
        IsolationMode isolation
    )
    {
        var programs = steps.Select((program, id) => new RandomProgram(id, program)).ToArray();
        var seen = new string[programs.Length];
        var state = "";
        var sim = new Sim(seed);
        sim.App("app")
            .Answers(
                "run",
                f => f.Post().Reads("k_{}").Writes("k_{}").Deletes("k_{}").Isolation(isolation),
                async call =>
                {
                    var program = programs[int.Parse(call.Text, CultureInfo.InvariantCulture)];
                    Func<Task> pause = () =>
                        sim.Random.Next(3) == 0 ? Task.CompletedTask : sim.DelayAsync(10);
                    var answer = await program.RunAsync(new ScriptStore(call, pause));
                    return InvocationResult.Completed(Encoding.UTF8.GetBytes(answer));
                }
            );
        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            node.Engine.Delay = () => sim.Random.Next(3) == 0 ? 10 : 0;
            var calls = programs.Select(async program =>
            {
                var result = await node.CallAsync("app/run", $"{program.Id}");
                Assert.True(result.IsCompleted, result.Error);
                seen[program.Id] = result.Text;
            });
            await Task.WhenAll(calls);
            var page = await node.Store("app").ScanAsync(KvRange.Prefix("k_"));
            var entries = page.Entries.Select(e =>
                $"{e.Key}={Encoding.UTF8.GetString(e.Value.Span)}"
            );
            state = string.Join(',', entries);
        });
        return HasOrder(programs, [], new ModelStore(), seen, state);
    }

    /// <summary>Tries every order; one that contradicts what was seen is given up early.</summary>
    private static bool HasOrder(
        RandomProgram[] programs,
        HashSet<int> done,
        ModelStore model,
        string[] seen,
        string state
    )
    {
        if (done.Count == programs.Length)
        {
            return model.State == state;
        }

        foreach (var program in programs)
        {
            if (done.Contains(program.Id))
            {
                continue;
            }

            // The model never waits, so that its task is done.
            var next = new ModelStore(model);
            var running = program.RunAsync(next);
            Assert.True(running.IsCompletedSuccessfully);
            if (
                running.GetAwaiter().GetResult() == seen[program.Id]
                && HasOrder(programs, [.. done, program.Id], next, seen, state)
            )
            {
                return true;
            }
        }

        return false;
    }
}
