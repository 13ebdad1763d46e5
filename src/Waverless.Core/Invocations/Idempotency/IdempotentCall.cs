using System.Buffers;
using System.Security.Cryptography;
using Waverless.Kv;

namespace Waverless.Invocations.Idempotency;

/// <summary>
/// One call with an idempotency key: where it is remembered, and what goes into the commit of the
/// function, so that the effects and their record are there together or not at all.
/// </summary>
/// <param name="home">Partition of the call.</param>
/// <param name="recordKey">Key in the system area.</param>
/// <param name="payload">What goes in, as bytes.</param>
/// <param name="retention">How long it is remembered.</param>
internal sealed class IdempotentCall(
    PartitionId home,
    byte[] recordKey,
    in Payload payload,
    TimeSpan retention
)
{
    /// <summary>What the record holds besides the body, generously.</summary>
    private const int OverheadBytes = 1024;

    public PartitionId Home { get; } = home;

    public byte[] RecordKey { get; } = recordKey;

    public byte[] Fingerprint { get; } = FingerprintOf(payload.Bytes);

    /// <summary>
    /// Appends the record and the condition that there was none. The condition is the last one.
    /// </summary>
    public void AddTo(Commit commit, in InvocationResult result, KvLimits limits)
    {
        var bodyBytesMax = Math.Min(
            IdempotencyLimits.AnswerBytesMax,
            limits.ValueBytesMax - OverheadBytes
        );
        var answer = StoredAnswer.Of(Fingerprint, result, bodyBytesMax);
        commit.RequireAbsent(RecordKey, KeyArea.System);
        commit.PutFor(
            RecordKey,
            answer.Encode(),
            (long)retention.TotalMilliseconds,
            KeyArea.System
        );
    }

    private static byte[] FingerprintOf(in ReadOnlySequence<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in payload)
        {
            hash.AppendData(part.Span);
        }

        return hash.GetHashAndReset();
    }
}
