using Waverless.SampleProcesses;

namespace Waverless.Samples;

public sealed class CheckTests
{
    [Fact]
    public async Task QuickStart_walks_through_everything_it_promises()
    {
        var output = await CheckAsync("QuickStart");

        Assert.Contains("POST       /fn2/fn2", output);
        Assert.Contains("GET, POST  /word_count/split_file", output);
        Assert.Contains("(event)    /longchain/chain_loop, by a set of chain_count", output);
        Assert.Contains("200 text/plain  hello world", output);
        Assert.Contains("\"invocations\":101,\"failures\":0,\"longestChain\":101", output);
        Assert.Contains("200 text/plain  100", output);
        Assert.Contains("application/problem+json", output);
        Assert.Contains("All 8 steps passed.", output);
    }

    [Fact]
    public async Task Cluster_survives_the_death_and_the_freezing_of_a_worker_and_takes_a_node_in_and_out()
    {
        var output = await CheckAsync("Cluster");

        Assert.Contains("spec: [meta, master]", output);
        Assert.Contains("8,000 words, counted through each node", output);
        Assert.Contains("12 orders, each placed twice: 12 mails", output);
        foreach (var function in (string[])["orders/mail", "longchain/chain_loop", "fn2/fn2"])
        {
            Assert.Matches($"{function} ran on node [1-4]: [0-9]+", output);
        }

        Assert.Contains("All 7 steps passed.", output);
    }

    [Fact]
    public async Task HelloDelegates_shows_json_services_keys_and_cancellation()
    {
        var output = await CheckAsync("HelloDelegates");

        Assert.Contains("""{"id":"0","item":"tea","count":2,"amount":7.0}""", output);
        Assert.Contains("""{"orders":21,"amount":147.0}""", output);
        Assert.Contains("504", output);
    }

    [Fact]
    public async Task EmbedInYourHost_shows_own_endpoints_beside_functions()
    {
        var output = await CheckAsync("EmbedInYourHost");

        Assert.Contains("my own home page", output);
        Assert.Contains("3 x tea: 7.5 euro", output);
        Assert.Contains("my own fallback for /unknown/page", output);
    }

    [Fact]
    public async Task WorkerService_shows_functions_that_keys_start_without_a_web_server()
    {
        var output = await CheckAsync("WorkerService");

        Assert.Contains("attic 33: 3 functions ran", output);
        Assert.Contains("warning: sauna has 85 degrees", output);
    }

    [Fact]
    public async Task Orders_go_from_the_request_to_the_mail()
    {
        var output = await CheckAsync("Orders");

        Assert.Contains("replayed after the fix: 3", output);
        Assert.Contains("""{"payments":24,"amount":87.5}""", output);
        Assert.Contains("All steps passed.", output);
    }

    [Fact]
    public async Task NativeAot_runs_as_a_managed_program_too()
    {
        var output = await CheckAsync("NativeAot");

        Assert.Contains("dynamic code: True", output);
        Assert.Contains("a WebAssembly guest: hello world", output);
    }

    private static async Task<string> CheckAsync(string sample)
    {
        await using var child = ChildProcess.Start(sample, "--check");

        var exitCode = await child.WaitForExitAsync();

        Assert.True(exitCode == 0, child.Output);
        Assert.DoesNotContain("FAILED", child.Output);
        return child.Output;
    }
}
