using Scorecard.Children;
using Scorecard.Http;

namespace Scorecard.Rows;

/// <summary>One delegate as a function over HTTP, and as a minimal-API endpoint.</summary>
internal sealed class DelegateHttpRow : IRow
{
    public string Name => "delegate-http";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        await using var servers = await ChildServers.StartAsync(
            DelegateServer.Functions,
            DelegateServer.Endpoints
        );
        List<Line> lines = [];
        foreach (var connections in (int[])[16, 64])
        {
            lines.Add(Measure(servers, connections, "text", DelegateServer.Text));
            lines.Add(Measure(servers, connections, "JSON", DelegateServer.Json));
        }

        return lines;
    }

    private static Line Measure(ChildServers servers, int connections, string what, Exchange call)
    {
        var load = new HttpLoad(connections, call.Route, call.Body, call.Answer);
        var rates = load.Measure(servers.Ports, out var errors);
        return HttpLoad.Compare(
            $".NET delegate, {what}, {connections} connections",
            rates[0],
            rates[1],
            Bar.RatioAtLeast(0.9),
            "the same delegate as a minimal-API endpoint",
            errors
        );
    }
}
