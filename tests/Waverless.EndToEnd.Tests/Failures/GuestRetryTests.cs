using Microsoft.Extensions.DependencyInjection;
using Waverless.EndToEnd.Hosts;
using Waverless.Events;

namespace Waverless.EndToEnd.Failures;

/// <summary>A guest that traps is tried as often as its manifest says.</summary>
public sealed class GuestRetryTests
{
    [Theory]
    [InlineData("{attempts: 3, first: 1ms}", 3)]
    [InlineData("{attempts: 9, first: 1ms, on: {trapped: {attempts: 2}}}", 2)]
    [InlineData("{attempts: 9, first: 1ms, on: {trapped: never}}", 1)]
    public async Task A_trap_is_tried_again_as_the_manifest_says(string retry, int attempts)
    {
        await using var node = await LiveNode.StartAsync(_ => { });
        var manifest = $$"""
            fns:
              doom:
                http.post: {call: indirect}
                kvs:
                  doomed_{}: [set]
              fail:
                condition: {kv_set: 0}
                retry: {{retry}}
                kvs:
                  doomed_{}: [get]
            """;
        await node.DeployAsync("doomed", Zip.App(manifest, TestApps.Wasm("triggers")));

        await node.TextAsync("doomed/doom", "1");

        var letters = node.Services.GetRequiredService<IDeadLetters>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        DeadLetterPage page;
        while ((page = await letters.ListAsync(new() { App = "doomed" })).Letters.Count == 0)
        {
            await Task.Delay(5, patience.Token);
        }

        var letter = Assert.Single(page.Letters);
        Assert.Equal(ErrorClass.Trapped, letter.Error);
        Assert.Equal(attempts, letter.Record.Attempt);
    }
}
