using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Overload;

/// <summary>Callers that go away.</summary>
public sealed class AbortTests(SharedNode shared)
{
    private const string Manifest = """
        fns:
          lock_twice:
            http.post: {call: indirect}
            kvs:
              note_lock: [set]
            limits: {timeout: 10m}
          short_unlock:
            http.post: {call: indirect}
            kvs:
              note_lock: [set]
            limits: {timeout: 50ms}
        """;

    [Fact]
    public async Task A_caller_that_goes_away_in_the_middle_of_a_host_call_ends_the_invocation()
    {
        var node = shared.Node;
        await node.DeployAsync("abort", Zip.App(Manifest, TestApps.Wasm("store")));
        using var caller = new CancellationTokenSource();
        using var content = new StringContent("");
        var blocked = node.Client.PostAsync("/abort/lock_twice", content, caller.Token);

        // The lock is held: the guest is within the host call that waits for it once more.
        await node.UntilAsync(504, "abort/short_unlock");
        Assert.False(blocked.IsCompleted);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        await node.UntilAsync(200, "abort/short_unlock");
        await node.AssertAliveAsync();
    }

    [Fact]
    public async Task A_caller_that_goes_away_in_the_middle_of_its_body_leaves_nothing_behind()
    {
        using var caller = new CancellationTokenSource();
        var body = new EndlessStream();
        using var content = new StreamContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/faults/echo");
        request.Content = content;
        request.Headers.TransferEncodingChunked = true;
        var sending = shared.Node.Client.SendAsync(request, caller.Token);
        await body.Started;

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await shared.Node.AssertAliveAsync();
    }
}
