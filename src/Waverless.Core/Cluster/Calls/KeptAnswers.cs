using System.Collections.Concurrent;
using Waverless.Invocations;

namespace Waverless.Cluster.Calls;

/// <summary>
/// Answers that are too long for one message, until the caller fetches them. Bounded; what nobody
/// fetches makes room for what comes later.
/// </summary>
internal sealed class KeptAnswers
{
    public const int CountMax = 1_024;
    private const long BytesMax = 256 * 1024 * 1024;

    private readonly ConcurrentDictionary<ulong, InvocationResult> _answers = new();
    private ulong _lastId;
    private ulong _oldest = 1;
    private long _bytes;

    /// <summary>Keeps an answer; null: there is no room.</summary>
    public ulong? Add(in InvocationResult answer)
    {
        while (_answers.Count >= CountMax || Volatile.Read(ref _bytes) > BytesMax)
        {
            var oldest = Interlocked.Increment(ref _oldest) - 1;
            if (oldest > Volatile.Read(ref _lastId))
            {
                return null;
            }

            Take(oldest);
        }

        var id = Interlocked.Increment(ref _lastId);
        Interlocked.Add(ref _bytes, answer.Body.Length);
        _answers[id] = answer;
        return id;
    }

    /// <summary>Hands an answer over, once.</summary>
    public InvocationResult? Take(ulong id)
    {
        if (!_answers.TryRemove(id, out var answer))
        {
            return null;
        }

        Interlocked.Add(ref _bytes, -answer.Body.Length);
        return answer;
    }
}
