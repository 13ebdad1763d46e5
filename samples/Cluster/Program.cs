using ClusterSample;

// Without arguments: starts a cluster of processes on this machine, until Ctrl+C.
// --check: walks through what a cluster promises, and exits with 0 if all of it holds.
// --workers N, --transport quic|tcp: as they say. --node N --file F --data D: one of the processes.
if (!Arguments.TryParse(args, out var arguments, out var complaint))
{
    await Console.Error.WriteLineAsync(complaint);
    await Console.Error.WriteLineAsync(Arguments.Usage);
    return 2;
}

if (arguments.Node is not null)
{
    await NodeProcess.RunAsync(arguments);
    return 0;
}

await using var cluster = new LocalCluster(arguments);
await cluster.StartAsync();
cluster.Describe(Console.Out);
if (arguments.Check)
{
    return await ClusterCheck.RunAsync(cluster) ? 0 : 1;
}

var ended = new TaskCompletionSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    ended.TrySetResult();
};
Console.WriteLine("Ctrl+C ends all of them.");
await ended.Task;
return 0;
