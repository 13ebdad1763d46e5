using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Functions;

public sealed class FunctionRoutesTests
{
    [Fact]
    public async Task A_post_carries_its_body_into_the_function_and_the_answer_out()
    {
        await using var node = await GreeterAsync();

        var answer = await node.Client.PostAsync("/hello/greet", new StringContent("you"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("hello you", await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(9, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Escaped_letters_in_a_path_name_the_same_function()
    {
        await using var node = await GreeterAsync();

        Assert.Equal("hello x", await node.Client.GetStringAsync("/hell%6F/gr%65et?x"));
    }

    [Fact]
    public async Task An_unknown_function_of_an_app_is_a_problem_that_lists_the_known_ones()
    {
        await using var node = await GreeterAsync();

        var answer = await node.Client.GetAsync("/hello/leave");

        var problem = await answer.ProblemAsync(404, "not_found");
        Assert.Contains("'leave'", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("greet", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal("/hello/leave", problem.GetProperty("instance").GetString());
    }

    [Fact]
    public async Task An_app_without_a_default_function_says_so()
    {
        await using var node = await GreeterAsync();

        var problem = await (await node.Client.GetAsync("/hello")).ProblemAsync(404, "not_found");

        Assert.Contains("default function", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_path_of_an_app_calls_its_default_function()
    {
        const string Manifest = """
            default: version
            fns:
              version:
                http.get: {call: indirect}
            """;
        await using var node = await WebNode.StartAsync(w =>
            w.Services.AddSingleton<IFunctionRuntime, JarRuntime>()
        );
        await node.Client.PostAsync(
            "/appmgmt/upload_app",
            Zip.Form(("hello", Zip.App("one", Manifest)))
        );

        Assert.Equal("one", await node.Client.GetStringAsync("/hello"));
        Assert.Equal("one", await node.Client.GetStringAsync("/hello/"));
    }

    [Fact]
    public async Task A_function_without_http_trigger_is_not_found()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("hello/inner", () => "in", f => f.Rpc())
        );

        var answer = await node.Client.GetAsync("/hello/inner");

        var problem = await answer.ProblemAsync(404, "not_found");
        Assert.Contains("no http trigger", problem.Detail(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/other/greet")]
    [InlineData("/other")]
    [InlineData("/")]
    [InlineData("/hello/greet/more")]
    public async Task What_is_no_deployed_app_is_left_to_the_hosts_fallback(string path)
    {
        await using var node = await WebNode.StartAsync(
            w => w.AddFunction("hello/greet", () => "hello"),
            host: app => app.MapFallback(() => "the host's page")
        );

        Assert.Equal("the host's page", await node.Client.GetStringAsync(path));
        Assert.Equal("hello", await node.Client.GetStringAsync("/hello/greet"));
    }

    [Fact]
    public async Task The_hosts_own_endpoints_win_over_functions_and_parameters_do_not()
    {
        await using var node = await WebNode.StartAsync(
            w => w.AddFunction("hello/greet", () => "function").AddFunction("hello/two", () => "2"),
            host: app =>
            {
                app.MapGet("/hello/greet", () => "host");
                app.MapGet("/{anything}/{more}", (string anything) => "page " + anything);
            }
        );

        Assert.Equal("host", await node.Client.GetStringAsync("/hello/greet"));
        Assert.Equal("2", await node.Client.GetStringAsync("/hello/two"));
        Assert.Equal("page x", await node.Client.GetStringAsync("/x/two"));
    }

    [Theory]
    [InlineData("/other/greet")]
    [InlineData("/other")]
    [InlineData("/")]
    [InlineData("/a/b/c/d")]
    public async Task A_node_that_owns_the_root_answers_unknown_paths_with_its_problem(string path)
    {
        await using var node = await WebNode.StartAsync(
            w => w.AddFunction("hello/greet", () => "hello"),
            http => http.OwnsRoot = true,
            host => host.MapGet("/mine", () => "mine")
        );

        await (await node.Client.GetAsync(path)).ProblemAsync(404, "not_found");
        Assert.Equal("mine", await node.Client.GetStringAsync("/mine"));
        Assert.Equal("hello", await node.Client.GetStringAsync("/hello/greet"));
    }

    [Fact]
    public async Task Routes_take_conventions_of_the_host()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddWaverless(w => w.UseMemory().AddFunction("a/b", () => "x"));
        await using var app = builder.Build();

        app.MapWaverless().WithMetadata("mark");

        var marked = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app)
            .DataSources.SelectMany(source => source.Endpoints)
            .ToList();
        Assert.NotEmpty(marked);
        Assert.All(marked, e => Assert.Equal("mark", e.Metadata.GetMetadata<string>()));
    }

    [Fact]
    public async Task Mapping_without_adding_says_what_is_missing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();

        var refusal = Assert.Throws<InvalidOperationException>(() => app.MapWaverless());

        Assert.Contains("AddWaverless", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<WebNode> GreeterAsync() =>
        WebNode.StartAsync(w => w.AddFunction("hello/greet", (string name) => $"hello {name}"));
}
