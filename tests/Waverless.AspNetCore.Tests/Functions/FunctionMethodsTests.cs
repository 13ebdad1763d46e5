using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.AspNetCore.Hosts;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Functions;

public sealed class FunctionMethodsTests
{
    [Theory]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("BREW")]
    public async Task A_method_without_trigger_is_refused_with_those_that_are_allowed(string method)
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/both", () => "x", f => f.Get().Post())
        );

        var answer = await node.Client.SendAsync(new(new HttpMethod(method), "/app/both"));

        await answer.ProblemAsync(405, "method_not_allowed");
        Assert.Equal(["GET", "HEAD", "POST", "OPTIONS"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_get_of_a_function_for_post_only_is_refused()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/post", () => "x", f => f.Post())
        );

        var answer = await node.Client.GetAsync("/app/post");

        await answer.ProblemAsync(405, "method_not_allowed");
        Assert.Equal(["POST", "OPTIONS"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Options_tells_what_is_allowed()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/put", () => "x", f => f.Http(HttpVerb.Put))
        );

        var answer = await node.Client.SendAsync(new(HttpMethod.Options, "/app/put"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(["PUT", "OPTIONS"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Head_answers_the_headers_of_a_get_without_its_body()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/get", (string q) => "answer " + q, f => f.Get())
        );

        var answer = await node.Client.SendAsync(new(HttpMethod.Head, "/app/get?q"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(8, answer.Content.Headers.ContentLength);
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_of_a_function_for_post_only_is_refused()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/post", () => "x", f => f.Post())
        );

        var answer = await node.Client.SendAsync(new(HttpMethod.Head, "/app/post"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData(HttpVerb.Put)]
    [InlineData(HttpVerb.Patch)]
    [InlineData(HttpVerb.Delete)]
    public async Task Other_methods_carry_their_body(HttpVerb verb)
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/it", (string body) => "got " + body, f => f.Http(verb))
        );
        var method = new HttpMethod(verb.ToString().ToUpperInvariant());

        var answer = await node.Client.SendAsync(
            new(method, "/app/it") { Content = new StringContent("this") }
        );

        Assert.Equal("got this", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Http_calls_say_that_they_are()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction(
                "app/how",
                context =>
                    ValueTask.FromResult(
                        InvocationResult.Completed(
                            System.Text.Encoding.UTF8.GetBytes(context.Trigger.ToString())
                        )
                    )
            )
        );

        Assert.Equal("Http", await node.Client.GetStringAsync("/app/how"));
    }
}
