using System.Text;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class AnswerBindingTests
{
    public static TheoryData<string, string, string?> Answers =>
        new()
        {
            { "void", "", null },
            { "task", "", null },
            { "value task", "", null },
            { "late task", "", null },
            { "string", "x", "text/plain; charset=utf-8" },
            { "null string", "", null },
            { "task of string", "x", "text/plain; charset=utf-8" },
            { "late task of string", "x", "text/plain; charset=utf-8" },
            { "bytes", "x", "application/octet-stream" },
            { "null bytes", "", null },
            { "memory", "x", "application/octet-stream" },
            { "value task of memory", "x", "application/octet-stream" },
            { "number", "5", "application/json" },
            { "object", """{"id":"a","count":1}""", "application/json" },
            { "null object", "null", "application/json" },
            { "anonymous", """{"a":1}""", "application/json" },
            { "late value task of object", """{"id":"a","count":1}""", "application/json" },
            { "result", "raw", "image/png" },
            { "task of result", "raw", "image/png" },
        };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_becomes_a_result_of_its_kind(
        string kind,
        string body,
        string? contentType
    )
    {
        var result = await ManagedBench.RunAsync(Function(kind));

        Assert.Equal(InvocationStatus.Completed, result.Status);
        Assert.Equal(body, result.Text);
        Assert.Equal(contentType, result.ContentType);
    }

    [Theory]
    [InlineData("string")]
    [InlineData("null string")]
    [InlineData("bytes")]
    [InlineData("object")]
    public async Task The_context_can_name_another_media_type(string kind)
    {
        var inner = Function(kind);
        Delegate function = inner switch
        {
            Func<string?> text => (FunctionContext c) => (Named(c), text()).Item2,
            Func<byte[]?> bytes => (FunctionContext c) => (Named(c), bytes()).Item2,
            Func<Order?> order => (FunctionContext c) => (Named(c), order()).Item2,
            _ => throw new ArgumentException(kind),
        };

        Assert.Equal("text/csv", (await ManagedBench.RunAsync(function)).ContentType);
    }

    [Fact]
    public async Task A_failed_result_passes_as_it_is()
    {
        var result = await ManagedBench.RunAsync(() =>
            InvocationResult.Fail(InvocationStatus.Conflict, "not now")
        );

        Assert.Equal(InvocationStatus.Conflict, result.Status);
        Assert.Equal("not now", result.Error);
    }

    [Fact]
    public async Task A_null_task_fails_the_invocation()
    {
        var result = await ManagedBench.RunAsync(Task<string> () => null!);

        Assert.Equal(InvocationStatus.Failed, result.Status);
        Assert.Contains("null", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_json_cannot_hold_fails_the_invocation()
    {
        var result = await ManagedBench.RunAsync(() =>
        {
            var node = new Node();
            node.Next = node;
            return node;
        });

        Assert.Equal(InvocationStatus.Failed, result.Status);
        Assert.Contains("cycle", result.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string> Unsupported =>
        ["stream", "async sequence", "task of task", "delegate", "payload"];

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void An_answer_that_cannot_be_sent_is_refused_when_the_function_is_added(string kind)
    {
        Delegate function = kind switch
        {
            "stream" => () => new MemoryStream(),
            "async sequence" => () => AsyncEnumerable.Empty<int>(),
            "task of task" => () => Task.FromResult(Task.CompletedTask),
            "delegate" => () => (Func<int>)(() => 1),
            _ => () => Payload.None,
        };

        var refused = Assert.Throws<ArgumentException>(() =>
            FunctionRegistration.ForDelegate("t/f", function)
        );
        Assert.Contains("'t/f'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("expected nothing, string", refused.Message, StringComparison.Ordinal);
    }

    private static string Named(FunctionContext context) => context.ContentType = "text/csv";

    private static Delegate Function(string kind) =>
        kind switch
        {
            "void" => () => { },
            "task" => () => Task.CompletedTask,
            "value task" => () => ValueTask.CompletedTask,
            "late task" => async Task () => await Task.Yield(),
            "string" => string? () => "x",
            "null string" => string? () => null,
            "task of string" => () => Task.FromResult("x"),
            "late task of string" => async Task<string> () =>
            {
                await Task.Yield();
                return "x";
            },
            "bytes" => byte[]? () => [(byte)'x'],
            "null bytes" => byte[]? () => null,
            "memory" => ReadOnlyMemory<byte> () => "x"u8.ToArray(),
            "value task of memory" => () => new ValueTask<ReadOnlyMemory<byte>>("x"u8.ToArray()),
            "number" => () => 5,
            "object" => Order? () => new Order("a", 1),
            "null object" => Order? () => null,
            "anonymous" => () => new { A = 1 },
            "late value task of object" => async ValueTask<Order> () =>
            {
                await Task.Yield();
                return new Order("a", 1);
            },
            "result" => () => Raw(),
            "task of result" => () => Task.FromResult(Raw()),
            _ => throw new ArgumentException(kind),
        };

    private static InvocationResult Raw() =>
        InvocationResult.Completed(Encoding.UTF8.GetBytes("raw"), "image/png");

    private sealed class Node
    {
        public Node? Next { get; set; }
    }
}
