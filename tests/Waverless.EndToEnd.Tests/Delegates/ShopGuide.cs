using System.Text.Json;
using System.Text.Json.Serialization;
using Waverless.Apps;
using Waverless.Functions;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Delegates;

public sealed record OrderRequest(string Item, int Count);

public sealed record Order(int Id, string Item, decimal Amount);

public sealed record Mail(string To, string Text);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Mail))]
internal sealed partial class ShopJson : JsonSerializerContext;

[Functions("shop", Json = typeof(ShopJson))]
public sealed class ShopFunctions(PriceList prices, OrderNumbers numbers)
{
    // POST /shop/place_order: JSON in and out, the rest from the services and the invocation.
    [HttpTrigger(HttpVerb.Post), Writes("order_{}"), Sends("send_mail")]
    public async Task<Order> PlaceOrderAsync(OrderRequest request, FunctionContext context)
    {
        var amount = request.Count * prices.PriceOf(request.Item);
        var order = new Order(numbers.Next(), request.Item, amount);
        await context.SetJsonAsync($"order_{order.Id}", order, ShopJson.Default.Order);
        await context.EnqueueJsonAsync(
            "send_mail",
            new Mail("shop", $"order {order.Id}"),
            ShopJson.Default.Mail
        );
        return order;
    }

    // Every write of such a key starts it, in the commit of the write; id is a part of the key.
    [KvTrigger("order_{id}"), Reads("total"), Writes("total"), Writes("bill_{}")]
    public async Task BillAsync(int id, KvKey key, FunctionContext context)
    {
        await context.LockAsync("total");
        var order = await context.GetJsonAsync(key, ShopJson.Default.Order);
        var total = decimal.Parse(await context.GetTextAsync("total") ?? "0");
        await context.SetTextAsync("total", $"{total + order?.Amount}");
        await context.SetTextAsync($"bill_{id}", $"{order?.Amount}");
    }

    // Its own address, shop/send_mail, is the queue; the message is its payload.
    [QueueTrigger, Writes("sent_{}")]
    public ValueTask SendMailAsync(Mail mail, FunctionContext context) =>
        context.SetTextAsync($"sent_{mail.To}", mail.Text);

    // Every minute; a cron expression such as "0 3 * * *" is a timer too.
    [Timer("1m"), Reads("total")]
    public async Task ReportAsync(FunctionContext context, CancellationToken ct)
    {
        var total = await context.GetTextAsync("total");
        await File.WriteAllTextAsync(prices.ReportFile, total, ct);
    }

    // No trigger: HTTP GET and POST, and calls by other functions.
    [Function("total"), Reads("total")]
    public static async Task<string> TotalAsync(FunctionContext context) =>
        await context.GetTextAsync("total") ?? "0";
}

public sealed class PriceList
{
    public string ReportFile { get; init; } = Path.Combine(Path.GetTempPath(), "report.txt");

    public decimal PriceOf(string item) => item == "tea" ? 3.5m : 4;
}

public sealed class OrderNumbers
{
    private int _last;

    public int Next() => Interlocked.Increment(ref _last);
}
