using System.Buffers;
using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Simulation;

/// <summary>What a scripted function sees, with short forms of what it does.</summary>
internal sealed record ScriptCall(
    Invocation Invocation,
    IInvocationHost Host,
    CancellationToken Cancellation
)
{
    /// <summary>The payload as text: the key that triggered it, or what the caller sent.</summary>
    public string Text => Encoding.UTF8.GetString(Invocation.Payload.Bytes);

    public async Task<string?> GetAsync(string key)
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await Host.GetAsync(key, into, Cancellation);
        return read.Found ? Encoding.UTF8.GetString(into.WrittenSpan) : null;
    }

    public async Task<CommitResult> SetAsync(string key, string value) =>
        await CommitAsync(new KvBatch().Set(key, Encoding.UTF8.GetBytes(value)));

    public async Task<CommitResult> DeleteAsync(string key) =>
        await CommitAsync(new KvBatch().Delete(key));

    public async Task<CommitResult> CommitAsync(KvBatch batch) =>
        await Host.CommitAsync(batch, Cancellation);

    public async Task<InvocationResult> CallAsync(
        string function,
        string payload = "",
        string? once = null
    ) =>
        await Host.CallAsync(
            FunctionAddress.Parse(function),
            Payload.FromText(payload),
            once,
            Cancellation
        );

    /// <summary>Locks a key; the id is what releases it.</summary>
    public async Task<int> LockAsync(string key, LockMode mode = LockMode.Write) =>
        (await Host.LockAsync(key, mode, Cancellation)).Id;

    public async Task<List<string>> ScanAsync(string prefix)
    {
        var page = await Host.ScanAsync(KvRange.Prefix(prefix), Cancellation);
        return [.. page.Entries.Select(entry => entry.Key.ToString())];
    }
}
