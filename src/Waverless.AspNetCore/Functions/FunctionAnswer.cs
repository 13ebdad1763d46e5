using System.Buffers;
using Microsoft.AspNetCore.Http;
using Waverless.AspNetCore.Problems;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Functions;

/// <summary>Writes what became of an invocation.</summary>
internal static class FunctionAnswer
{
    // Longer bodies are written with backpressure; shorter ones leave with the end of the response.
    private const int UnflushedBytesMax = 16 << 10;

    public static Task WriteAsync(HttpContext context, in InvocationResult result)
    {
        TraceHeaders.Answer(context);
        if (!result.IsCompleted)
        {
            return FailAsync(context, result);
        }

        if (result.Cascade is { } cascade)
        {
            return CascadeAnswer.WriteAsync(context, result, cascade);
        }

        return WriteAsync(context, result.Body, result.ContentType);
    }

    /// <summary>Writes a whole body with its length.</summary>
    public static Task WriteAsync(
        HttpContext context,
        ReadOnlyMemory<byte> body,
        string? contentType
    )
    {
        var response = context.Response;
        response.ContentLength = body.Length;
        if (!body.IsEmpty || contentType is not null)
        {
            response.ContentType = MediaType.Of(contentType, body.Span);
        }

        if (body.IsEmpty)
        {
            return Task.CompletedTask;
        }

        var starting = response.StartAsync(context.RequestAborted);
        if (!starting.IsCompletedSuccessfully || body.Length > UnflushedBytesMax)
        {
            return FlushAsync(starting, response, body);
        }

        response.BodyWriter.Write(body.Span);
        return Task.CompletedTask;
    }

    private static async Task FlushAsync(
        Task starting,
        HttpResponse response,
        ReadOnlyMemory<byte> body
    )
    {
        await starting;
        await response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
    }

    private static Task FailAsync(HttpContext context, in InvocationResult result)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads this; the status is for the host's own logs.
            context.Response.StatusCode = StatusTable.Cancelled.Status;
            return Task.CompletedTask;
        }

        // The caller is still there, so it was the node that gave up on the call.
        var kind =
            result.Status == InvocationStatus.Cancelled
                ? StatusTable.Unavailable
                : StatusTable.Of(result.Status);
        return ProblemWriter.WriteAsync(context, kind, result.Error);
    }
}
