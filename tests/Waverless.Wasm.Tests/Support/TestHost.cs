using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Wasm.Support;

/// <summary>An invocation host over a dictionary that remembers what it was asked.</summary>
internal sealed class TestHost : IInvocationHost
{
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private int _locks;

    /// <summary>One list of <c>set k=v</c> and <c>delete k</c> per commit.</summary>
    internal List<List<string>> Commits { get; } = [];

    /// <summary>Locks, unlocks and commits in the order they came.</summary>
    internal List<string> Order { get; } = [];

    internal List<(LogLevel Level, string Message)> Logged { get; } = [];

    internal HashSet<int> Held { get; } = [];

    /// <summary>Runs before each call; what it throws is the call's answer.</summary>
    internal Action<string>? Before { get; init; }

    /// <summary>Replaces the answer to each commit.</summary>
    internal Func<ValueTask<CommitResult>>? OnCommit { get; init; }

    /// <summary>Replaces the answer to each lock.</summary>
    internal Func<CancellationToken, ValueTask<LockGrant>>? OnLock { get; init; }

    internal string? this[string key]
    {
        get => _values.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : null;
        set => _values[key] = Encoding.UTF8.GetBytes(value!);
    }

    public ValueTask<KvRead> GetAsync(KvKey key, IBufferWriter<byte> into, CancellationToken ct)
    {
        Before?.Invoke("get");
        if (!_values.TryGetValue(key.ToString(), out var value))
        {
            return new(KvRead.Absent);
        }

        into.Write(value);
        return new(new KvRead(true, 1, value.Length));
    }

    public ValueTask<KvPage> ScanAsync(KvRange range, CancellationToken ct) =>
        new(new KvPage([], null));

    public ValueTask<CommitResult> CommitAsync(KvBatch batch, CancellationToken ct)
    {
        Before?.Invoke("commit");
        if (OnCommit is not null)
        {
            return OnCommit();
        }

        var commit = new List<string>();
        var reader = batch.Commit.Read();
        while (reader.TryRead(out var operation))
        {
            var key = Encoding.UTF8.GetString(operation.Key);
            if (operation.Tag == CommitTag.Put)
            {
                _values[key] = operation.Value.ToArray();
                commit.Add($"set {key}={this[key]}");
            }
            else
            {
                _values.Remove(key);
                commit.Add($"delete {key}");
            }
        }

        Commits.Add(commit);
        Order.Add("commit " + string.Join(",", commit));
        return new(CommitResult.Committed(default));
    }

    public ValueTask<LockGrant> LockAsync(KvKey key, LockMode mode, CancellationToken ct)
    {
        Before?.Invoke("lock");
        if (OnLock is not null)
        {
            return OnLock(ct);
        }

        Order.Add($"lock {key}");
        Held.Add(++_locks);
        return new(new LockGrant(_locks, default));
    }

    public bool Unlock(int lockId)
    {
        Order.Add($"unlock {lockId}");
        return Held.Remove(lockId);
    }

    public ValueTask<InvocationResult> CallAsync(
        FunctionAddress function,
        Payload payload,
        string? idempotencyKey,
        CancellationToken ct
    ) => new(InvocationResult.Completed());

    public void Log(LogLevel level, string message) => Logged.Add((level, message));

    public T Wait<T>(ValueTask<T> call) => call.AsTask().GetAwaiter().GetResult();
}
