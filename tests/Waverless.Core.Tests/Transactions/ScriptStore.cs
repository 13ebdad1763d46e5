using System.Text;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>The keys that an invocation sees, with pauses in which others may come between.</summary>
internal sealed class ScriptStore(ScriptCall call, Func<Task> pause) : IProgramStore
{
    public async Task<string?> GetAsync(string key)
    {
        await pause();
        return await call.GetAsync(key);
    }

    public async Task<string> ScanAsync()
    {
        await pause();
        var seen = new List<string>();
        var range = KvRange.Prefix("k_", 2);
        while (true)
        {
            var page = await call.Host.ScanAsync(range, call.Cancellation);
            seen.AddRange(
                page.Entries.Select(e => $"{e.Key}={Encoding.UTF8.GetString(e.Value.Span)}")
            );
            if (page.Next is not { } next)
            {
                return string.Join(',', seen);
            }

            range = range with { From = next };
        }
    }

    public async Task SetAsync(string key, string value)
    {
        await pause();
        await call.SetAsync(key, value);
    }

    public async Task DeleteAsync(string key)
    {
        await pause();
        await call.DeleteAsync(key);
    }

    public async Task<bool> ClaimAsync(string key, string value)
    {
        await pause();
        var claim = new KvBatch().RequireAbsent(key).Set(key, Encoding.UTF8.GetBytes(value));
        return (await call.CommitAsync(claim)).IsCommitted;
    }
}
