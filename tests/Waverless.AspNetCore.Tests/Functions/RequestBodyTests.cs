using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Hosting;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.AspNetCore.Functions;

public sealed class RequestBodyTests
{
    [Fact]
    public async Task A_post_without_body_is_a_payload_that_is_present_and_empty()
    {
        await using var node = await WebNode.StartAsync(Describe());

        var none = await node.Client.PostAsync("/app/describe", null);
        var empty = await node.Client.PostAsync("/app/describe", new ByteArrayContent([]));

        Assert.Equal("0 bytes", await none.Content.ReadAsStringAsync());
        Assert.Equal("0 bytes", await empty.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/app/describe", "none")]
    [InlineData("/app/describe?wait=cascade", "none")]
    [InlineData("/app/describe?abc", "3 bytes")]
    public async Task A_get_carries_its_query_or_nothing(string path, string expected)
    {
        await using var node = await WebNode.StartAsync(Describe());

        var answer = await node.Client.GetStringAsync(path);

        Assert.Contains(expected, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_is_not_told_its_query()
    {
        await using var node = await WebNode.StartAsync(Describe());

        var answer = await node.Client.PostAsync("/app/describe?abc", new StringContent("four"));

        Assert.Equal("4 bytes", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_unknown_kind_of_waiting_is_refused()
    {
        await using var node = await WebNode.StartAsync(Describe());

        var answer = await node.Client.GetAsync("/app/describe?wait=forever");

        var problem = await answer.ProblemAsync(400, "bad_request");
        Assert.Contains("wait=forever", problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_media_type_of_the_body_reaches_the_function()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/type", (Payload payload) => payload.ContentType ?? "none")
        );
        var body = new ByteArrayContent([1]);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");

        var answer = await node.Client.PostAsync("/app/type", body);

        Assert.Equal("image/png", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public async Task Bytes_of_any_length_come_back_whole(int length)
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/echo", (byte[] body) => body)
        );
        var sent = Bytes(length);

        var answer = await node.Client.PostAsync("/app/echo", new ByteArrayContent(sent));

        Assert.Equal(sent, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(length, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task An_owned_instance_may_answer_with_the_very_bytes_that_it_was_given()
    {
        const string Manifest = """
            fns:
              echo:
                http.post: {call: indirect}
            """;
        await using var node = await WebNode.StartAsync(w =>
            w.Services.AddSingleton<IFunctionRuntime, JarRuntime>()
        );
        await node.Client.PostAsync(
            "/appmgmt/upload_app",
            Zip.Form(("app", Zip.App("x", Manifest)))
        );

        for (var i = 0; i < 100; i++)
        {
            var sent = Bytes(i + 1);
            var answer = await node.Client.PostAsync("/app/echo", new ByteArrayContent(sent));
            Assert.Equal(sent, await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_body_that_arrives_in_pieces_arrives_whole()
    {
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction("app/echo", (string body) => body)
        );
        using var client = new TcpClient();
        await client.ConnectAsync(node.Address.Host, node.Address.Port);
        await using var stream = client.GetStream();
        await SendAsync(
            stream,
            "POST /app/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Length: 9\r\n\r\nabc"
        );
        await Task.Delay(20);
        await SendAsync(stream, "def");
        await Task.Delay(20);
        await SendAsync(stream, "ghi");

        var answer = await new StreamReader(stream).ReadToEndAsync();

        Assert.EndsWith("\r\n\r\nabcdefghi", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, HttpStatusCode.OK)]
    [InlineData(101, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_limit_of_the_function_counts_a_length(int length, HttpStatusCode expected)
    {
        await using var node = await WebNode.StartAsync(Describe(bodyMax: 100));

        var answer = await node.Client.PostAsync(
            "/app/describe",
            new ByteArrayContent(new byte[length])
        );

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_length_above_the_limit_is_refused_before_the_body_is_sent()
    {
        await using var node = await WebNode.StartAsync(Describe(bodyMax: 1_000));
        using var client = new TcpClient();
        await client.ConnectAsync(node.Address.Host, node.Address.Port);
        await using var stream = client.GetStream();

        await SendAsync(
            stream,
            "POST /app/describe HTTP/1.1\r\nHost: x\r\nContent-Length: 99000000000\r\n"
                + "Expect: 100-continue\r\n\r\n"
        );

        var line = await new StreamReader(stream).ReadLineAsync();
        Assert.Equal("HTTP/1.1 413 Payload Too Large", line);
    }

    [Theory]
    [InlineData(100, HttpStatusCode.OK)]
    [InlineData(101, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(5_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_limit_of_the_function_counts_chunks(int length, HttpStatusCode expected)
    {
        await using var node = await WebNode.StartAsync(Describe(bodyMax: 100));

        var answer = await PostChunkedAsync(node, "/app/describe", length);
        var next = await node.Client.PostAsync("/app/describe", new StringContent("four"));

        Assert.Equal(expected, answer.StatusCode);
        if (expected != HttpStatusCode.OK)
        {
            await answer.ProblemAsync(413, "payload_too_large");
        }

        Assert.Equal("4 bytes", await next.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_limit_above_the_servers_own_is_kept(bool chunked)
    {
        const int Length = 64 << 20;
        await using var node = await WebNode.StartAsync(Describe(bodyMax: Length));

        var answer = chunked
            ? await PostChunkedAsync(node, "/app/describe", Length)
            : await node.Client.PostAsync("/app/describe", new ByteArrayContent(new byte[Length]));

        Assert.Equal($"{Length} bytes", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_delegate_that_ignores_its_deadline_keeps_its_own_bytes()
    {
        var seen = new TaskCompletionSource<string>();
        var go = new TaskCompletionSource();
        await using var node = await WebNode.StartAsync(w =>
            w.AddFunction(
                    "app/late",
                    async (ReadOnlyMemory<byte> body) =>
                    {
                        await go.Task;
                        seen.SetResult(Encoding.UTF8.GetString(body.Span));
                    },
                    f => f.Post().Timeout(TimeSpan.FromMilliseconds(50))
                )
                .AddFunction("app/echo", (string body) => body)
        );

        var late = await node.Client.PostAsync("/app/late", new StringContent("mine alone"));
        for (var i = 0; i < 20; i++)
        {
            await node.Client.PostAsync("/app/echo", new StringContent("somebody else"));
        }

        go.SetResult();
        await late.ProblemAsync(504, "timed_out");
        Assert.Equal("mine alone", await seen.Task);
    }

    private static Action<IWaverlessBuilder> Describe(long bodyMax = 1 << 20) =>
        w =>
            w.AddFunction(
                "app/describe",
                (Payload p) => p.IsPresent ? $"{p.Bytes.Length} bytes" : "none",
                f => f.Get().Post().Body(bodyMax)
            );

    private static byte[] Bytes(int length) => RandomNumberGenerator.GetBytes(length);

    private static async Task SendAsync(NetworkStream stream, string text)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        await stream.FlushAsync();
    }

    private static async Task<HttpResponseMessage> PostChunkedAsync(
        WebNode node,
        string path,
        int length
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StreamContent(new MemoryStream(new byte[length])),
        };
        request.Content.Headers.ContentLength = null;
        request.Headers.TransferEncodingChunked = true;
        return await node.Client.SendAsync(request);
    }
}
