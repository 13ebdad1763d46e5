using Waverless.Apps;
using Waverless.Functions;
using Waverless.Kv;
using Waverless.Runtime;

namespace HelloDelegates;

/// <summary>
/// Functions by attributes: what starts them, what they use. An instance lives for one invocation;
/// its constructor is filled from the services, and the code that adds it is generated.
/// </summary>
[Functions("shop", Json = typeof(ShopJson))]
internal sealed class Shop(PriceList prices)
{
    private static readonly KvKey TotalKey = "total";

    /// <summary>Keeps an order. Everything it writes commits when it returns.</summary>
    [HttpTrigger(HttpVerb.Post), Writes("order_{}")]
    public async Task<Order> OrderAsync(OrderRequest request, FunctionContext context)
    {
        var amount = request.Count * prices.PriceOf(request.Item);
        var order = new Order(request.Id, request.Item, request.Count, amount);
        await context.SetJsonAsync($"order_{order.Id}", order, ShopJson.Default.Order);
        return order;
    }

    /// <summary>
    /// Started by every order that is written, in the commit that writes it. Its own write and the
    /// completion of the event that started it are one commit: each order counts once, whatever is
    /// repeated.
    /// </summary>
    [KvTrigger("order_{id}"), Reads("total"), Writes("total"), Writes("billed_{}")]
    public static async Task BillAsync(string id, KvKey key, FunctionContext context)
    {
        // Held until that commit, so that two bills at once do not overwrite each other.
        await context.LockAsync(TotalKey);
        var order = await context.GetJsonAsync(key, ShopJson.Default.Order);
        var total = await context.GetJsonAsync(TotalKey, ShopJson.Default.Total) ?? new Total(0, 0);
        if (order is not null)
        {
            var sum = new Total(total.Orders + 1, total.Amount + order.Amount);
            await context.SetJsonAsync(TotalKey, sum, ShopJson.Default.Total);
            await context.SetTextAsync($"billed_{id}", $"{order.Amount}");
        }
    }

    [HttpTrigger(HttpVerb.Get), Reads("total")]
    public static async Task<Total> TotalAsync(FunctionContext context) =>
        await context.GetJsonAsync(TotalKey, ShopJson.Default.Total) ?? new Total(0, 0);
}
