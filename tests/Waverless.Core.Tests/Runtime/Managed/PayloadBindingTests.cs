using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class PayloadBindingTests
{
    private static Payload Json(string text) =>
        Payload.From(Encoding.UTF8.GetBytes(text), "application/json");

    [Fact]
    public async Task A_string_is_the_payload_as_text()
    {
        var result = await ManagedBench.RunAsync(
            (string name) => $"hello {name}",
            Payload.FromText("Zoë")
        );

        Assert.Equal(InvocationStatus.Completed, result.Status);
        Assert.Equal("hello Zoë", result.Text);
        Assert.Equal("text/plain; charset=utf-8", result.ContentType);
    }

    [Fact]
    public async Task A_string_stays_raw_text_even_when_the_payload_is_json()
    {
        var result = await ManagedBench.RunAsync((string text) => text, Json("\"quoted\""));

        Assert.Equal("\"quoted\"", result.Text);
    }

    [Fact]
    public async Task A_string_on_get_is_the_raw_query_string()
    {
        var result = await ManagedBench.RunAsync(
            (string query) => query,
            Payload.FromText("name=Ada&x=%20"),
            TriggerKind.Http
        );

        Assert.Equal("name=Ada&x=%20", result.Text);
    }

    [Fact]
    public async Task A_string_without_payload_is_empty_and_a_nullable_one_null()
    {
        Assert.Equal("0", (await ManagedBench.RunAsync((string s) => $"{s.Length}")).Text);
        Assert.Equal("none", (await ManagedBench.RunAsync((string? s) => s ?? "none")).Text);
        Assert.Equal("you", (await ManagedBench.RunAsync((string s = "you") => s)).Text);
    }

    [Fact]
    public async Task Bytes_come_in_whichever_form_the_delegate_wants()
    {
        var pieces = Pieces("ab", "cde");
        Delegate[] functions =
        [
            (byte[] bytes) => bytes.Length,
            (ReadOnlyMemory<byte> bytes) => bytes.Length,
            (ReadOnlySequence<byte> bytes) => (int)bytes.Length,
            (Payload payload) => (int)payload.Bytes.Length,
        ];
        foreach (var function in functions)
        {
            var result = await ManagedBench.RunAsync(function, Payload.From(pieces));
            Assert.Equal("5", result.Text);
        }
    }

    [Fact]
    public async Task Anything_else_is_read_from_json_by_web_defaults()
    {
        var result = await ManagedBench.RunAsync(
            (Order order) => new Receipt(order.Id, order.Count * 1.5m),
            Json("""{"ID":"a","count":"2"}""")
        );

        Assert.Equal("""{"id":"a","price":3.0}""", result.Text);
        Assert.Equal("application/json", result.ContentType);
    }

    [Fact]
    public async Task Json_in_pieces_or_behind_a_byte_order_mark_is_read()
    {
        var inPieces = await ManagedBench.RunAsync(
            (Order order) => order.Count,
            Payload.From(Pieces("""{"id":"a",""", "\"count\":", "12}"))
        );
        var marked = await ManagedBench.RunAsync((int n) => n, Json("\uFEFF12"));

        Assert.Equal("12", inPieces.Text);
        Assert.Equal("12", marked.Text);
    }

    [Fact]
    public async Task Json_of_interfaces_of_collections_is_read()
    {
        var result = await ManagedBench.RunAsync(
            (IReadOnlyList<int> numbers) => numbers.Sum(),
            Json("[1,2,3]")
        );

        Assert.Equal("6", result.Text);
    }

    [Theory]
    [InlineData("""{"id":"a","count":}""", "BytePositionInLine: 18")]
    [InlineData("{\n\"count\":\"many\"}", "Path: $.count | LineNumber: 1")]
    [InlineData("""{"id":"a"} tail""", "BytePositionInLine: 11")]
    [InlineData("", "empty")]
    [InlineData("null", "null")]
    public async Task Malformed_json_is_a_bad_payload_that_names_what_was_expected(
        string text,
        string detail
    )
    {
        var result = await ManagedBench.RunAsync((Order order) => order.Id, Json(text));

        Assert.Equal(InvocationStatus.BadPayload, result.Status);
        Assert.Contains("'t/f'", result.Error, StringComparison.Ordinal);
        Assert.Contains("expected JSON of Order", result.Error, StringComparison.Ordinal);
        Assert.Contains(detail, result.Error, StringComparison.Ordinal);
        Assert.True(result.Body.IsEmpty);
    }

    [Fact]
    public async Task A_query_string_for_json_explains_itself()
    {
        var result = await ManagedBench.RunAsync(
            (Order order) => order.Id,
            Payload.FromText("id=a"),
            TriggerKind.Http
        );

        Assert.Equal(InvocationStatus.BadPayload, result.Status);
        Assert.Contains("query string", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_optional_json_payload_may_be_absent_or_null()
    {
        Delegate function = (Order? order) => order?.Id ?? "nothing";

        Assert.Equal("nothing", (await ManagedBench.RunAsync(function)).Text);
        Assert.Equal("nothing", (await ManagedBench.RunAsync(function, Json("null"))).Text);
        Assert.Equal("7", (await ManagedBench.RunAsync((int n = 7) => n)).Text);
        Assert.Equal("-1", (await ManagedBench.RunAsync((int? n) => n ?? -1)).Text);
    }

    [Fact]
    public async Task A_payload_that_still_arrives_is_read_to_its_end()
    {
        var pipe = new Pipe();
        await using var bench = await new ManagedBench().Add((Order o) => o.Count).LoadAsync();
        var pending = bench.InvokeAsync(Payload.From(pipe.Reader)).AsTask();
        await pipe.Writer.WriteAsync("""{"id":"a","""u8.ToArray());
        Assert.False(pending.IsCompleted);
        await pipe.Writer.WriteAsync("""  "count":4}"""u8.ToArray());
        await pipe.Writer.CompleteAsync();

        Assert.Equal("4", (await pending).Text);
    }

    [Fact]
    public async Task A_stream_goes_untouched_to_a_delegate_that_takes_a_payload()
    {
        var pipe = new Pipe();
        var result = await ManagedBench.RunAsync(
            (Payload payload) => payload.Reader is not null ? "stream" : "bytes",
            Payload.From(pipe.Reader)
        );

        Assert.Equal("stream", result.Text);
    }

    [Fact]
    public async Task A_stream_beyond_the_body_limit_is_too_large()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[11]);
        await pipe.Writer.CompleteAsync();
        var result = await ManagedBench.RunAsync(
            (byte[] bytes) => bytes.Length,
            Payload.From(pipe.Reader),
            configure: f => f.Body(10)
        );

        Assert.Equal(InvocationStatus.PayloadTooLarge, result.Status);
        Assert.Contains("10 bytes", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_as_long_as_the_body_limit_is_read()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[10]);
        await pipe.Writer.CompleteAsync();
        var result = await ManagedBench.RunAsync(
            (byte[] bytes) => bytes.Length,
            Payload.From(pipe.Reader),
            configure: f => f.Body(10)
        );

        Assert.Equal("10", result.Text);
    }

    [Fact]
    public async Task Random_bytes_are_either_read_or_a_bad_payload()
    {
        await using var bench = await new ManagedBench().Add((Order o) => o.Count).LoadAsync();
        var bytes = Gen.OneOf(
            Gen.Byte.Array[0, 40],
            Gen.OneOf("{\"id\":", "\"count\":1", "{", "}", "null", ",", "\"", "1e9", "[")
                .Array[0, 8]
                .Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)))
        );
        await bytes.SampleAsync(async payload =>
        {
            var result = await bench.InvokeAsync(Payload.From(payload));
            Assert.True(result.Status is InvocationStatus.Completed or InvocationStatus.BadPayload);
        });
        Assert.Empty(bench.Log.Entries);
    }

    private static ReadOnlySequence<byte> Pieces(params string[] texts)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (var text in texts)
        {
            last = new Segment(Encoding.UTF8.GetBytes(text), last);
            first ??= last;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
