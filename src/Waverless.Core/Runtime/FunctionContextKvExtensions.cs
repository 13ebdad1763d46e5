using System.Buffers;
using System.Text;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Runtime;

/// <summary>Shorter forms of a function's reads and writes.</summary>
public static class FunctionContextKvExtensions
{
    /// <summary>Reads a key; null if absent.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="key">A key declared with <c>Reads</c>, or the key that started it.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    public static async ValueTask<KvEntry?> GetAsync(this FunctionContext context, KvKey key)
    {
        ArgumentNullException.ThrowIfNull(context);
        var into = new ArrayBufferWriter<byte>();
        var read = await context.GetAsync(key, into);
        return read.Found ? new KvEntry(key, into.WrittenMemory, read.Number) : null;
    }

    /// <summary>Reads a key as UTF-8 text; null if absent.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="key">A key declared with <c>Reads</c>, or the key that started it.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    public static async ValueTask<string?> GetTextAsync(this FunctionContext context, KvKey key) =>
        await context.GetAsync(key) is { } entry ? Encoding.UTF8.GetString(entry.Value.Span) : null;

    /// <summary>Reads all keys with a prefix, page by page; each page is a snapshot.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="prefix">Literal beginning, within that of a declared pattern.</param>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    public static async IAsyncEnumerable<KvEntry> ScanAsync(
        this FunctionContext context,
        KvKey prefix
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var range = KvRange.Prefix(prefix);
        while (true)
        {
            var page = await context.ScanAsync(range);
            foreach (var entry in page.Entries)
            {
                yield return entry;
            }

            if (page.Next is not { } next)
            {
                yield break;
            }

            range = range with { From = next };
        }
    }

    /// <summary>Writes one value.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <exception cref="InvocationRefusedException">Not declared, too large, no room.</exception>
    public static ValueTask SetAsync(
        this FunctionContext context,
        KvKey key,
        ReadOnlyMemory<byte> value
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.SetAsync(key, value.Span);
    }

    /// <summary>Writes one text as UTF-8.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <param name="value">The text.</param>
    /// <exception cref="InvocationRefusedException">Not declared, too large, no room.</exception>
    public static ValueTask SetTextAsync(this FunctionContext context, KvKey key, string value)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.SetAsync(key, Encoding.UTF8.GetBytes(value).AsSpan());
    }
}
