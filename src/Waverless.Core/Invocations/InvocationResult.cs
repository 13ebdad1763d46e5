using System.Text;
using Waverless.Apps;
using Waverless.Events;

namespace Waverless.Invocations;

/// <summary>What became of an invocation. Expected failures are results, not exceptions.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Body">What the function answered; owned by the receiver.</param>
/// <param name="ContentType">Media type of the body; null if the function named none.</param>
/// <param name="Error">What failed and what was expected, for a person; null on success.</param>
/// <param name="Cascade">What the call set in motion, if the caller asked to wait for it.</param>
public readonly record struct InvocationResult(
    InvocationStatus Status,
    ReadOnlyMemory<byte> Body = default,
    string? ContentType = null,
    string? Error = null,
    CascadeReport? Cascade = null
)
{
    /// <summary>Whether the function returned and its writes are committed.</summary>
    public bool IsCompleted => Status == InvocationStatus.Completed;

    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>A successful result.</summary>
    /// <param name="body">What the function answered.</param>
    /// <param name="contentType">Media type of the body.</param>
    public static InvocationResult Completed(
        ReadOnlyMemory<byte> body = default,
        string? contentType = null
    ) => new(InvocationStatus.Completed, body, contentType);

    /// <summary>The failure with an error that says which function failed.</summary>
    internal InvocationResult Naming(FunctionAddress function)
    {
        var address = function.ToString();
        return Error is { } error && error.Contains(address, StringComparison.Ordinal)
            ? this
            : this with
            {
                Error = $"'{address}': {Error}",
            };
    }

    /// <summary>A failed result.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="error">What failed and what was expected.</param>
    public static InvocationResult Fail(InvocationStatus status, string error) =>
        new(status, default, null, error);
}
