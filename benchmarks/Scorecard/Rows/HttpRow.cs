using Scorecard.Children;
using Scorecard.Http;

namespace Scorecard.Rows;

/// <summary>Servers in processes of their own, loaded in turn from this one.</summary>
internal sealed class HttpRow : IRow
{
    public string Name => "http";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        await using var servers = await ChildServers.StartAsync(
            ChildServer.Node,
            ChildServer.Text,
            ChildServer.Raw,
            ChildServer.Lean
        );
        return [.. Measure(16, servers.Ports), .. Measure(64, servers.Ports)];
    }

    private static IEnumerable<Line> Measure(int connections, int[] ports)
    {
        var load = new HttpLoad(connections, ChildServer.Route, Body: "", "hello world");
        var rates = load.Measure(ports, out var errors);
        var name = $"HTTP POST /fn2/fn2, {connections} connections";
        var information = $"HTTP for information, {connections} connections";
        return
        [
            Compare(name, rates, 1, Bar.RatioAtLeast(0.7), "minimal API, text", errors),
            Compare(name, rates, 2, Bar.RatioAtLeast(0.9), "same, raw C API", errors),
            Compare(information, rates, 3, Bar.None, "leanest RequestDelegate", errors),
        ];
    }

    private static Line Compare(
        string row,
        double[][] rates,
        int other,
        Bar bar,
        string against,
        long errors
    ) => HttpLoad.Compare(row, rates[0], rates[other], bar, against, errors);
}
