using Waverless.Kv;
using Waverless.Runtime;

namespace HelloDelegates;

/// <summary>The functions: plain .NET methods.</summary>
internal static class Shop
{
    private static readonly KvKey TotalKey = "total";

    /// <summary>Keeps an order. Everything it writes commits when it returns.</summary>
    public static async Task<Order> OrderAsync(
        OrderRequest request,
        PriceList prices,
        FunctionContext context
    )
    {
        var amount = request.Count * prices.PriceOf(request.Item);
        var order = new Order(request.Id, request.Item, request.Count, amount);
        await context.SetJsonAsync($"order_{order.Id}", order);
        return order;
    }

    /// <summary>
    /// Adds an order to the total. Its write and the completion of the event that started it are
    /// one commit: each order counts once, whatever is repeated.
    /// </summary>
    public static async Task BillAsync(KvKey key, FunctionContext context)
    {
        // Held until that commit, so that two bills at once do not overwrite each other.
        await context.LockAsync(TotalKey);
        var order = await context.GetJsonAsync<Order>(key);
        var total = await context.GetJsonAsync<Total>(TotalKey) ?? new Total(0, 0);
        if (order is not null)
        {
            var sum = new Total(total.Orders + 1, total.Amount + order.Amount);
            await context.SetJsonAsync(TotalKey, sum);
        }
    }

    public static async Task<Total> TotalAsync(FunctionContext context) =>
        await context.GetJsonAsync<Total>(TotalKey) ?? new Total(0, 0);

    /// <summary>Would take for ever; the token ends it.</summary>
    public static async Task<string> ForecastAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return "sunny";
    }
}
