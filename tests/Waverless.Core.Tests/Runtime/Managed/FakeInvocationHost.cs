using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Runtime.Managed;

/// <summary>A host in memory that keeps what it was asked and can hold or refuse calls.</summary>
internal sealed class FakeInvocationHost : IInvocationHost
{
    public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    public List<string> Calls { get; } = [];

    public List<int> Unlocked { get; } = [];

    /// <summary>While set, get waits for it, whatever its token says.</summary>
    public TaskCompletionSource? HoldGet { get; set; }

    public TaskCompletionSource GetEntered { get; } = new();

    public InvocationRefusedException? Refusal { get; set; }

    public CommitResult CommitResult { get; set; } = CommitResult.Committed(default);

    public Func<
        FunctionAddress,
        Payload,
        CancellationToken,
        ValueTask<InvocationResult>
    > OnCall { get; set; } = (_, _, _) => new(InvocationResult.Completed());

    public async ValueTask<KvRead> GetAsync(
        KvKey key,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        Calls.Add($"get {key}");
        ThrowIfRefused();
        GetEntered.TrySetResult();
        if (HoldGet is { } hold)
        {
            await hold.Task;
        }

        if (!Values.TryGetValue(key.ToString(), out var value))
        {
            return KvRead.Absent;
        }

        var bytes = Encoding.UTF8.GetBytes(value);
        into.Write(bytes);
        return new KvRead(true, 7, bytes.Length);
    }

    public ValueTask<KvPage> ScanAsync(KvRange range, CancellationToken ct)
    {
        ThrowIfRefused();
        // Two entries a page, so that a longer scan has to continue.
        var from = range.From.ToString();
        var to = range.To.ToString();
        var found = Values
            .Where(pair => string.CompareOrdinal(pair.Key, from) >= 0)
            .Where(pair => to.Length == 0 || string.CompareOrdinal(pair.Key, to) < 0)
            .ToList();
        var entries = found
            .Take(2)
            .Select(pair => new KvEntry(pair.Key, Encoding.UTF8.GetBytes(pair.Value), 7))
            .ToList();
        KvKey? next = found.Count > 2 ? KvKey.FromString(found[2].Key) : default(KvKey?);
        Calls.Add($"scan {from}");
        return new ValueTask<KvPage>(new KvPage(entries, next));
    }

    public ValueTask<CommitResult> CommitAsync(KvBatch batch, CancellationToken ct)
    {
        ThrowIfRefused();
        lock (Values)
        {
            Apply(batch);
        }

        return new ValueTask<CommitResult>(CommitResult);
    }

    private void Apply(KvBatch batch)
    {
        var operations = batch.Commit.Read();
        while (operations.TryRead(out var operation))
        {
            var key = Encoding.UTF8.GetString(operation.Key);
            Calls.Add($"{operation.Tag} {key}");
            if (operation.Tag == CommitTag.Put)
            {
                Values[key] = Encoding.UTF8.GetString(operation.Value);
            }
            else if (operation.Tag == CommitTag.Delete)
            {
                Values.Remove(key);
            }
        }
    }

    public ValueTask<LockGrant> LockAsync(KvKey key, LockMode mode, CancellationToken ct)
    {
        ThrowIfRefused();
        Calls.Add(mode == LockMode.Write ? $"lock {key}" : $"lock {key} {mode}");
        return new ValueTask<LockGrant>(new LockGrant(41, default));
    }

    public bool Unlock(int lockId)
    {
        Unlocked.Add(lockId);
        return true;
    }

    public ValueTask<InvocationResult> CallAsync(
        FunctionAddress function,
        Payload payload,
        string? idempotencyKey,
        CancellationToken ct
    )
    {
        ThrowIfRefused();
        var key = idempotencyKey is null ? "" : $" once {idempotencyKey}";
        Calls.Add($"call {function} {Encoding.UTF8.GetString(payload.Bytes)}{key}");
        return OnCall(function, payload, ct);
    }

    public void Log(LogLevel level, string message) => Calls.Add($"log {level} {message}");

    public T Wait<T>(ValueTask<T> call) =>
        throw new InvalidOperationException("Delegates are asynchronous.");

    private void ThrowIfRefused()
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
        }
    }
}
