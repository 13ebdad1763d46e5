namespace NativeAot;

/// <summary>A service of the host, as any other.</summary>
internal sealed class PriceList
{
    public decimal PriceOf(string item) => item == "tea" ? 3.5m : 4;
}
