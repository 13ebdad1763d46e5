using Microsoft.Extensions.DependencyInjection;
using Waverless.Functions;
using Waverless.Kv;

namespace Waverless.EndToEnd.Delegates;

/// <summary>Made and disposed for each invocation.</summary>
[Functions("scoped")]
internal sealed class ScopedFunctions : IDisposable
{
    private readonly Traces _traces;
    private readonly IKvStore _store;

    public ScopedFunctions(Traces traces, [FromKeyedServices("scoped")] IKvStore store)
    {
        (_traces, _store) = (traces, store);
        _traces.Made++;
    }

    [Function]
    public async Task<string> SaveAsync(string text)
    {
        await _store.SetTextAsync("text", text);
        return $"{_traces.Made - _traces.Disposed} alive";
    }

    public void Dispose() => _traces.Disposed++;
}
