using System.Buffers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Guides;

/// <summary>The code of docs/data.md.</summary>
public sealed class DataGuide
{
    [Fact]
    public async Task Values_expire()
    {
        await using var host = await GuideHost.StartAsync();
        var store = host.Store("shop");
        var value = "v"u8.ToArray();

        await store.CommitAsync(new KvBatch().Set("session_7", value, TimeSpan.FromMinutes(20)));
        await store.CommitAsync(
            new KvBatch().Set(
                "offer_7",
                value,
                new DateTimeOffset(2127, 1, 1, 0, 0, 0, TimeSpan.Zero)
            )
        );

        var read = await store.GetAsync("offer_7", new ArrayBufferWriter<byte>());
        Assert.Equal(4_954_435_200_000, read.DeadlineMs);
        Assert.True((await store.GetAsync("session_7", new ArrayBufferWriter<byte>())).Found);
    }

    [Fact]
    public async Task Conditions_decide()
    {
        await using var host = await GuideHost.StartAsync();
        var store = host.Store("shop");
        await store.SetTextAsync("stock_tea", "1");

        var first = await OrderAsync();
        var second = await OrderAsync();

        Assert.True(first.IsCommitted);
        Assert.Equal((CommitStatus.ConditionFailed, 0), (second.Status, second.FailedCondition));
        Assert.Equal("0", await store.GetTextAsync("stock_tea"));

        async Task<CommitResult> OrderAsync()
        {
            var stock = await store.GetAsync("stock_tea");
            var result = await store.CommitAsync(
                new KvBatch()
                    .RequireAbsent("order_7") // condition 0
                    .RequireRevision("stock_tea", stock!.Value.Number) // condition 1
                    .Set("order_7", "tea"u8)
                    .Set("stock_tea", "0"u8)
            );
            return result;
        }
    }

    [Fact]
    public async Task Scans_go_on_with_tokens()
    {
        await using var host = await GuideHost.StartAsync();
        var store = host.Store("shop");
        await store.SetTextAsync("orders/1", "a");
        var count = 0;

        string? token = null;
        do
        {
            var page = await store.ScanAsync(
                new KvScan { Range = KvRange.Prefix("orders/", limit: 100), Continuation = token }
            );
            token = page.Continuation;
            count += page.Entries.Count;
        } while (token is not null);

        Assert.Equal(1, count);
    }

    [Fact]
    public async Task Changes_are_watched()
    {
        await using var host = await GuideHost.StartAsync();
        var store = host.Store("shop");
        var seen = default(Revision);
        var ct = TestContext.Current.CancellationToken;
        await store.SetTextAsync("order_1", "tea");
        var lines = new StringBuilder();

        await foreach (var change in store.WatchAsync(after: seen, ct: ct))
        {
            lines.Append($"{change.Kind} {change.Key}");
            seen = change.Revision;
            if (change.Key == KvKey.FromString("order_1"))
            {
                break;
            }
        }

        Assert.Equal("Set order_1", lines.ToString());
    }

    [Fact]
    public async Task Functions_read_and_write_blobs()
    {
        await using var host = await GuideHost.StartAsync(waverless =>
            waverless.AddFunction(
                "films/shrink",
                ShrinkAsync,
                f => f.OnSet("films/{}").Writes("previews/{}")
            )
        );
        var store = host.Store("films");
        using var film = new MemoryStream(new byte[400_000]);

        await store.SetBlobAsync("films/1", film);
        await host.TextAsync("films", "previews/1");

        using var reader = await store.OpenBlobReadAsync("previews/1");
        Assert.Equal(100_000, reader!.Length);

        static async Task ShrinkAsync(FunctionContext context)
        {
            using var film = await context.OpenBlobReadAsync("films/1");
            using var preview = new MemoryStream();
            await film!.CopyToAsync(preview, count: 100_000);
            preview.Position = 0;
            await context.SetBlobAsync("previews/1", preview);
        }
    }

    [Fact]
    public async Task Blobs_are_streamed()
    {
        await using var host = await GuideHost.StartAsync();
        var store = host.Store("films");
        var ct = TestContext.Current.CancellationToken;
        var bytes = new byte[1_200_000];
        new Random(7).NextBytes(bytes);
        using var stream = new MemoryStream(bytes);
        using var response = new MemoryStream();

        await store.SetBlobAsync("films/1", stream, ct); // whole or not at all
        await WriteAsync();
        await ReadAsync();

        Assert.Equal(bytes[1_000_000..1_065_536], response.ToArray());
        Assert.Equal("1", await store.GetTextAsync("index"));

        async Task WriteAsync()
        {
            await using var writer = await store.OpenBlobWriteAsync("films/2", ct);
            await writer.WriteAsync(bytes, ct); // 256 KiB pieces, nobody sees them
            var blob = await writer.CompleteAsync(ct);
            await store.CommitAsync(
                new KvBatch().RequireAbsent("films/2").SetBlob(blob).Set("index", "1"u8),
                ct
            );
        }

        async Task ReadAsync()
        {
            using var reader = await store.OpenBlobReadAsync("films/1", ct);
            await reader!.CopyToAsync(response, offset: 1_000_000, count: 65_536, ct);
        }
    }
}
