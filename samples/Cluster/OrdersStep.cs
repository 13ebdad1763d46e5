using System.Text.Json;
using Orders;

namespace ClusterSample;

/// <summary>The sample Orders, over a cluster: placed at any node, paid and mailed once.</summary>
internal static class OrdersStep
{
    private const int PerNode = 3;

    public static async Task<string> RunAsync(LocalCluster cluster)
    {
        var nodes = cluster.Nodes.Values.ToList();
        await Check.GoodAsync(await nodes[0].Http.PostAsync("/stock", null));
        for (var i = 0; i < nodes.Count * PerNode; i++)
        {
            var placed = await PlaceAsync(nodes[i % nodes.Count], $"{i}");
            Check.Demand(placed.Contains("placed", StringComparison.Ordinal), placed);

            // The same once more, by way of another node: the same answer, and no other effect.
            var again = await PlaceAsync(nodes[(i + 1) % nodes.Count], $"{i}");
            Check.Demand(again == placed, $"{again} is not {placed}");
        }

        var orders = nodes.Count * PerNode;
        Check.Demand(cluster.Mails == orders, $"{cluster.Mails} mails for {orders} orders");
        return $"{orders} orders, each placed twice: {cluster.Mails} mails";
    }

    private static async Task<string> PlaceAsync(ChildNode node, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/orders/place?wait=cascade")
        {
            Content = JsonContent.Create(
                new OrderRequest(id, "tea", 2, $"{id}@example.org"),
                OrdersJson.Default.OrderRequest
            ),
        };
        request.Headers.Add("Idempotency-Key", $"order-{id}");
        using var answer = await node.Http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        Check.Demand(answer.IsSuccessStatusCode, body);
        using var report = JsonDocument.Parse(body);
        return report.RootElement.GetProperty("result").GetRawText();
    }
}
