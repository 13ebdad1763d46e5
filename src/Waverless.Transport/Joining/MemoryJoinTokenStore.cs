using System.Collections.Concurrent;

namespace Waverless.Transport.Joining;

/// <summary>Keeps tokens in this process: they end with it.</summary>
public sealed class MemoryJoinTokenStore(TimeProvider? time = null) : IJoinTokenStore
{
    /// <summary>Tokens that are kept; no more are given out.</summary>
    public const int TokensMax = 1000;

    private readonly ConcurrentDictionary<string, JoinTokenRecord> _tokens = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public ValueTask<bool> TryAddAsync(JoinTokenRecord token, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(token);
        var now = _time.GetUtcNow();
        foreach (var (id, old) in _tokens)
        {
            if (old.ExpiresAt <= now)
            {
                _tokens.TryRemove(id, out _);
            }
        }

        var isKept = _tokens.Count < TokensMax && _tokens.TryAdd(token.Id, token);
        return ValueTask.FromResult(isKept);
    }

    /// <inheritdoc/>
    public ValueTask<JoinTokenRecord?> FindAsync(string id, CancellationToken ct) =>
        ValueTask.FromResult(_tokens.GetValueOrDefault(id));

    /// <inheritdoc/>
    public ValueTask<bool> TryTakeAsync(string id, CancellationToken ct) =>
        ValueTask.FromResult(
            _tokens.TryGetValue(id, out var token)
                && !token.IsUsed
                && _tokens.TryUpdate(id, token with { IsUsed = true }, token)
        );
}
