using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Hosting;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Delegates;

/// <summary>Functions that are added in code, as docs/delegates.md shows them.</summary>
internal static class CodeGuide
{
    public static void Add(IWaverlessBuilder waverless) =>
        waverless
            .AddFunction("text/upper", (string text) => text.ToUpperInvariant())
            .AddFunction(
                "text/seen",
                (int id, Seen seen) => seen.Add(id),
                f => f.OnSet("text_{id}").Timeout(TimeSpan.FromSeconds(2))
            )
            .AddFunction(
                "text/price",
                (OrderRequest request, FunctionContext _) =>
                    ValueTask.FromResult(new Order(1, request.Item, 3.5m)),
                ShopJson.Default.OrderRequest,
                ShopJson.Default.Order
            );
}

public sealed class Seen
{
    private readonly ConcurrentQueue<int> _ids = new();

    public IEnumerable<int> Ids => _ids;

    public void Add(int id) => _ids.Enqueue(id);
}
