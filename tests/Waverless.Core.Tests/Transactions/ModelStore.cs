namespace Waverless.Transactions;

/// <summary>Keys in memory, for one program after the other.</summary>
internal sealed class ModelStore : IProgramStore
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public ModelStore() { }

    public ModelStore(ModelStore other) => _values = new(other._values, StringComparer.Ordinal);

    public string State => string.Join(',', _values.Select(pair => $"{pair.Key}={pair.Value}"));

    public Task<string?> GetAsync(string key) => Task.FromResult(_values.GetValueOrDefault(key));

    public Task<string> ScanAsync() => Task.FromResult(State);

    public Task SetAsync(string key, string value)
    {
        _values[key] = value;
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string key)
    {
        _values.Remove(key);
        return Task.CompletedTask;
    }

    public Task<bool> ClaimAsync(string key, string value) =>
        Task.FromResult(_values.TryAdd(key, value));
}
