using System.Globalization;
using Waverless.Apps;
using Waverless.Functions;
using Waverless.Kv;
using Waverless.Runtime;

namespace NativeAot;

/// <summary>The functions; the code that adds and binds them is generated.</summary>
[Functions("shop", Json = typeof(PayloadJson))]
internal sealed class Shop(PriceList prices)
{
    [HttpTrigger(HttpVerb.Post), Writes("order_{}")]
    public async Task<Order> OrderAsync(OrderRequest request, FunctionContext context)
    {
        var amount = request.Count * prices.PriceOf(request.Item);
        var order = new Order(request.Id, request.Item, amount);
        await context.SetJsonAsync($"order_{order.Id}", order, PayloadJson.Default.Order);
        return order;
    }

    [KvTrigger("order_{id}"), Writes("bill_{}")]
    public static async Task BillAsync(int id, KvKey key, FunctionContext context)
    {
        var order = await context.GetJsonAsync(key, PayloadJson.Default.Order);
        var amount = order?.Amount ?? 0;
        await context.SetTextAsync($"bill_{id}", amount.ToString(CultureInfo.InvariantCulture));
    }

    [HttpTrigger(HttpVerb.Get), Reads("bill_{}")]
    public static async Task<string> BillOfAsync(string id, FunctionContext context) =>
        await context.GetTextAsync($"bill_{id}") ?? "none";
}
