using Scorecard.Children;
using Scorecard.Http;

namespace Scorecard.Rows;

/// <summary>Three servers in processes of their own, loaded in turn from this one.</summary>
internal sealed class HttpRow : IRow
{
    private const int Rounds = 15;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(3);

    public string Name => "http";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var node = Child.Start("serve", ChildServer.Node);
        using var text = Child.Start("serve", ChildServer.Text);
        using var raw = Child.Start("serve", ChildServer.Raw);
        var ports = (await PortAsync(node), await PortAsync(text), await PortAsync(raw));
        List<Line> lines = [];
        foreach (var connections in (ReadOnlySpan<int>)[16, 64])
        {
            lines.AddRange(Measure(connections, ports));
        }

        await node.StopAsync();
        await text.StopAsync();
        await raw.StopAsync();
        return lines;
    }

    private static async Task<int> PortAsync(Child child) =>
        int.TryParse(await child.ReadLineAsync(), out var port)
            ? port
            : throw new InvalidOperationException("A server did not say its port.");

    private static IEnumerable<Line> Measure(int connections, (int, int, int) ports)
    {
        using var node = Connect(ports.Item1, connections);
        using var text = Connect(ports.Item2, connections);
        using var raw = Connect(ports.Item3, connections);
        LoadGenerator[] all = [node, text, raw];
        foreach (var load in all)
        {
            load.Run(WarmUpTime);
        }

        var rates = new double[all.Length][];
        for (var server = 0; server < all.Length; server++)
        {
            rates[server] = new double[Rounds];
        }

        for (var round = 0; round < Rounds; round++)
        {
            for (var step = 0; step < all.Length; step++)
            {
                var server = (round + step) % all.Length;
                rates[server][round] = all[server].Run(RoundTime);
            }
        }

        var errors = all.Sum(load => load.Errors);
        var name = $"HTTP POST /fn2/fn2, {connections} connections";
        return
        [
            Compare(name, rates[0], rates[1], 0.7, "minimal API, same text", errors),
            Compare(name, rates[0], rates[2], 0.9, "minimal API over the raw C API", errors),
        ];
    }

    private static LoadGenerator Connect(int port, int connections) =>
        new(port, connections, ChildServer.Route, "hello world");

    private static Line Compare(
        string row,
        double[] ours,
        double[] theirs,
        double bar,
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
            Bar.RatioAtLeast(bar),
            against,
            errors
        );
    }
}
