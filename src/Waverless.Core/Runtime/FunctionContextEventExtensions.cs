using System.Buffers;
using Waverless.Events;
using Waverless.Invocations;

namespace Waverless.Runtime;

/// <summary>How a function handles several events of one window, and what it can ask of each.</summary>
public static class FunctionContextEventExtensions
{
    /// <summary>
    /// Begins an event of a window: what an atomic function writes from here on belongs to it, and
    /// is dropped if it fails. What is written before the first is begun belongs to all.
    /// </summary>
    /// <param name="context">The invocation.</param>
    /// <param name="item">One of its events; they are begun in order.</param>
    /// <exception cref="InvalidOperationException">
    /// Not an event of this invocation, or begun after a later one.
    /// </exception>
    public static void Begin(this FunctionContext context, FunctionEvent item)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(item);
        context.Call.Window?.Begin(item);
    }

    /// <summary>
    /// Handles the events of a window one by one. One whose handler throws has failed, the others
    /// go on; but not the later ones of its key, which run again behind it. In a function without
    /// <c>batch</c> the exception is the invocation's.
    /// </summary>
    /// <param name="context">The invocation.</param>
    /// <param name="handler">Handles one event.</param>
    public static async ValueTask ForEachAsync(
        this FunctionContext context,
        Func<FunctionEvent, ValueTask> handler
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(handler);
        var window = context.Call.Window;
        foreach (var (index, item) in context.Events.Index())
        {
            if (window is null)
            {
                await handler(item);
                continue;
            }

            if (!window.Succeeded(index))
            {
                continue;
            }

            window.Begin(item);
            try
            {
                await handler(item);
            }
            catch (Exception failure)
                when (failure is not (OutOfMemoryException or OperationCanceledException))
            {
                item.Fail(failure.Message);
            }
        }
    }

    /// <summary>
    /// Whether the key has changed since a key event: a newer value exists, or none any more. Then
    /// another event follows, unless it was a change that starts nothing.
    /// </summary>
    /// <param name="context">The invocation.</param>
    /// <param name="item">A key event.</param>
    /// <exception cref="InvalidOperationException">Not a key event.</exception>
    /// <exception cref="InvocationRefusedException">The store failed.</exception>
    public static async ValueTask<bool> IsSupersededAsync(
        this FunctionContext context,
        FunctionEvent item
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(item);
        var key =
            item.Key
            ?? throw new InvalidOperationException("A message or timer has no key to change.");
        var read = await context.GetAsync(key, new ArrayBufferWriter<byte>());
        return read.Found ? read.Number > item.Revision : item.Kind == EventKind.KeySet;
    }
}
