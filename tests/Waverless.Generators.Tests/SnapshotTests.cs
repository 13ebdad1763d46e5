using System.Reflection;

namespace Waverless.Generators;

/// <summary>
/// What is generated, letter by letter. WAVERLESS_SNAPSHOTS=write writes the snapshots anew.
/// </summary>
public sealed class SnapshotTests
{
    [Fact]
    public void An_instance_class_with_every_trigger() =>
        Check(
            "EveryTrigger",
            """
            namespace Acme.Shop;

            [Functions("shop", Json = typeof(ShopJson))]
            public sealed class Orders(TimeProvider time, [FromKeyedServices("shop")] IKvStore store)
            {
                [HttpTrigger(HttpVerb.Put), RpcTrigger, Writes("order_{}"), Sends("mail", "bank/pay")]
                public async Task<Receipt> PlaceOrderAsync(Order order, FunctionContext context)
                {
                    await context.SetTextAsync($"order_{order.Id}", $"{time} {store}");
                    return new Receipt(order.Id);
                }

                [KvTrigger("order_{id}"), KvTrigger("order_{id}", On = KeyTriggerKind.Delete)]
                [Reads("order_{}"), Function("bill", TimeoutMs = 500, Concurrency = 2, Queue = 0)]
                public ValueTask Bill(int id, KvKey key, CancellationToken ct) => default;

                [QueueTrigger, Function(Body = 1024, Commit = CommitMode.Immediate)]
                public void Mail(List<Order> orders) { }

                [Timer("0 3 * * *")]
                public string Report([Inject] Random random, IFormatProvider? format = null) => "";
            }
            """
        );

    [Fact]
    public void A_static_class_without_json() =>
        Check(
            "Static",
            """
            [Functions("text")]
            internal static class Text
            {
                [Function]
                public static string Upper(string text) => text.ToUpperInvariant();

                [KvTrigger("c_{a}_{b}"), HttpTrigger(HttpVerb.Delete)]
                public static string Defaults(
                    int a = -1, string b = "x\"y") => "";

                [HttpTrigger]
                public static ReadOnlyMemory<byte> Echo(byte[]? bytes = null) => bytes;

                [KvTrigger("a_{id}"), KvTrigger("b_{}/{*rest}")]
                internal static InvocationResult Seen(Guid? id, string? rest, FunctionContext context) =>
                    context.AnswerText($"{id} {rest}");
            }
            """
        );

    [Fact]
    public void What_happens_when_it_fails_and_many_events_at_once() =>
        Check(
            "Failing",
            """
            [Functions("jobs")]
            public static class Jobs
            {
                [KvTrigger("job_{}"), Batch(50, 20), Function(OnPoison = PoisonPolicy.Park)]
                [Retry(Attempts = 8, LongestMs = 60000)]
                [Retry(On = Waverless.Events.ErrorClass.TimedOut, Attempts = 1)]
                public static void Run(IReadOnlyList<FunctionEvent> events) { }

                [Timer("0 3 * * *", Zone = "Europe/Berlin", Misfire = MisfirePolicy.All, MayOverlap = true)]
                public static void Nightly() { }

                [KvTrigger("old_{}", On = KeyTriggerKind.Delete)]
                [Function(ValueAtEvent = true), Retry(FirstMs = 5)]
                public static Task Gone(KvKey? key, FunctionContext context) => Task.CompletedTask;
            }
            """
        );

    private static void Check(string name, string source)
    {
        var compiled = Compiled.Of(source);
        Assert.Empty(compiled.Findings);
        Assert.Empty(compiled.Complaints);
        var text = string.Join(
            "\n",
            compiled
                .Files.OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => $"=== {file.Key}\n{file.Value}")
        );
        if (Environment.GetEnvironmentVariable("WAVERLESS_SNAPSHOTS") == "write")
        {
            File.WriteAllText(Path.Combine(SourceFolder, name + ".txt"), text);
        }

        var path = Path.Combine(AppContext.BaseDirectory, "Snapshots", name + ".txt");
        Assert.Equal(File.ReadAllText(path), text, ignoreLineEndingDifferences: true);
    }

    internal static string SourceFolder =>
        typeof(SnapshotTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "Snapshots")
            .Value!;
}
