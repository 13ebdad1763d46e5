using System.Buffers.Text;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Hosting.Support;
using Waverless.Kv;

namespace Waverless.Hosting;

/// <summary>Continuation tokens continue the scan that they were given for, and nothing else.</summary>
public sealed class ScanTokenTests : IAsyncLifetime
{
    private TestNode? _node;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync(w => w.UseMemory());
        for (var i = 0; i < 10; i++)
        {
            await Store("app").SetAsync($"k/{i}", "v"u8.ToArray());
            await Store("other").SetAsync($"k/{i}", "v"u8.ToArray());
        }
    }

    public ValueTask DisposeAsync() => _node!.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_follow_one_another(bool reverse)
    {
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await ScanAsync(token, reverse: reverse);
            seen.AddRange(page.Entries.Select(entry => entry.Key.ToString()));
            token = page.Continuation;
        } while (token is not null);

        var expected = Enumerable.Range(0, 10).Select(i => $"k/{i}");
        Assert.Equal(reverse ? expected.Reverse() : expected, seen);
    }

    [Fact]
    public async Task A_key_that_was_deleted_meanwhile_does_not_stop_the_scan()
    {
        var first = await ScanAsync(null);
        await Store("app").CommitAsync(new KvBatch().Delete("k/2"u8).Delete("k/3"u8));
        var next = await ScanAsync(first.Continuation);
        Assert.Equal("k/4", next.Entries[0].Key.ToString());
    }

    [Fact]
    public async Task A_token_of_another_scan_is_refused()
    {
        var token = (await ScanAsync(null)).Continuation!;
        await RefusedAsync(() => ScanAsync(token, reverse: true));
        await RefusedAsync(() => ScanAsync(token, prefix: "k"));
        await RefusedAsync(() => ScanAsync(token, partition: 1));
        await RefusedAsync(() => ScanAsync(token, app: "other"));

        // A page may be of another length.
        Assert.Equal(7, (await ScanAsync(token, limit: 100)).Entries.Count);
    }

    [Fact]
    public async Task A_forged_token_is_refused_whatever_is_changed_in_it()
    {
        var token = Base64Url.DecodeFromChars((await ScanAsync(null)).Continuation!);
        for (var i = 5; i < token.Length; i++)
        {
            var forged = token.ToArray();
            forged[i] ^= 1;
            await RefusedAsync(() => ScanAsync(Base64Url.EncodeToString(forged)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("not a token!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ÄÖÜ")]
    public async Task Anything_else_is_refused(string text)
    {
        await RefusedAsync(() => ScanAsync(text));
        await RefusedAsync(() => ScanAsync(text + new string('A', 100_000)));
    }

    [Fact]
    public async Task Random_bytes_are_refused_and_nothing_worse()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            var error = await Assert.ThrowsAsync<StorageException>(() =>
                ScanAsync(Base64Url.EncodeToString(bytes))
            );
            Assert.True(error.Error is StorageError.TokenInvalid or StorageError.ForeignRevision);
        }
    }

    private IKvStore Store(string app) => _node!.Services.GetRequiredKeyedService<IKvStore>(app);

    private async Task<KvScanPage> ScanAsync(
        string? token,
        string app = "app",
        string prefix = "k/",
        int partition = 0,
        bool reverse = false,
        int limit = 3
    ) =>
        await Store(app)
            .ScanAsync(
                new KvScan
                {
                    Range = KvRange.Prefix(prefix, limit) with { Reverse = reverse },
                    Partition = partition,
                    Continuation = token,
                }
            );

    private static async Task RefusedAsync(Func<Task> scan)
    {
        var error = await Assert.ThrowsAsync<StorageException>(scan);
        Assert.Equal(StorageError.TokenInvalid, error.Error);
    }
}
