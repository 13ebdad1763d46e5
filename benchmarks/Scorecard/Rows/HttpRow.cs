using Scorecard.Children;
using Scorecard.Http;

namespace Scorecard.Rows;

/// <summary>Servers in processes of their own, loaded in turn from this one.</summary>
internal sealed class HttpRow : IRow
{
    private const int Rounds = 15;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(3);

    public string Name => "http";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        string[] kinds = [ChildServer.Node, ChildServer.Text, ChildServer.Raw, ChildServer.Lean];
        var servers = kinds.Select(kind => Child.Start("serve", kind)).ToArray();
        try
        {
            var ports = new int[servers.Length];
            for (var server = 0; server < servers.Length; server++)
            {
                ports[server] = await PortAsync(servers[server]);
            }

            List<Line> lines = [];
            foreach (var connections in (int[])[16, 64])
            {
                lines.AddRange(Measure(connections, ports));
            }

            return lines;
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.StopAsync();
                server.Dispose();
            }
        }
    }

    private static async Task<int> PortAsync(Child child) =>
        int.TryParse(await child.ReadLineAsync(), out var port)
            ? port
            : throw new InvalidOperationException("A server did not say its port.");

    private static IEnumerable<Line> Measure(int connections, int[] ports)
    {
        var all = ports.Select(port => Connect(port, connections)).ToArray();
        foreach (var load in all)
        {
            load.Run(WarmUpTime);
        }

        var rates = all.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var step = 0; step < all.Length; step++)
            {
                var server = (round + step) % all.Length;
                rates[server][round] = all[server].Run(RoundTime);
            }
        }

        var errors = all.Sum(load => load.Errors);
        foreach (var load in all)
        {
            load.Dispose();
        }

        var name = $"HTTP POST /fn2/fn2, {connections} connections";
        var information = $"HTTP for information, {connections} connections";
        return
        [
            Compare(name, rates[0], rates[1], Bar.RatioAtLeast(0.7), "minimal API, text", errors),
            Compare(name, rates[0], rates[2], Bar.RatioAtLeast(0.9), "same, raw C API", errors),
            Compare(information, rates[0], rates[3], Bar.None, "leanest RequestDelegate", errors),
        ];
    }

    private static LoadGenerator Connect(int port, int connections) =>
        new(port, connections, ChildServer.Route, "hello world");

    private static Line Compare(
        string row,
        double[] ours,
        double[] theirs,
        Bar bar,
        string against,
        long errors
    )
    {
        var ratios = ours.Zip(theirs, (left, right) => left / right).ToArray();
        return new Line(
            row,
            "/s",
            Comparison.Median(ours),
            Comparison.Median(theirs),
            Comparison.Median(ratios),
            bar,
            against,
            errors
        );
    }
}
