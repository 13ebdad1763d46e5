using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Kv;

namespace Waverless.EndToEnd.Delegates;

/// <summary>docs/delegates.md shows code that is run here; Guides/SnippetTests compares the texts.</summary>
public sealed class GuideTests
{
    [Fact]
    public async Task Functions_in_code_run_beside_those_by_attributes()
    {
        await using var host = await DelegateHost.StartAsync();

        using var upper = await host.Client.PostAsync("/text/upper", new StringContent("tea"));
        using var price = await host.Client.PostAsJsonAsync("/text/price", new { item = "tea" });
        await host.Store("text").SetTextAsync("text_7", "");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var seen = host.Services.GetRequiredService<Seen>();
        while (!seen.Ids.Any())
        {
            await Task.Delay(5, patience.Token);
        }

        Assert.Equal("TEA", await upper.Content.ReadAsStringAsync());
        Assert.Equal(
            """{"id":1,"item":"tea","amount":3.5}""",
            await price.Content.ReadAsStringAsync()
        );
        Assert.Equal([7], seen.Ids);
    }
}
