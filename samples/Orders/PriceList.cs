namespace Orders;

/// <summary>A service of the host, as any other.</summary>
internal sealed class PriceList
{
    private readonly Dictionary<string, decimal> _prices = new() { ["tea"] = 3.5m, ["cake"] = 4m };

    public decimal PriceOf(string item) => _prices.GetValueOrDefault(item, 1m);
}
