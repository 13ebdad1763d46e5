using Waverless.Kv;

namespace Waverless.Storage.Keyspaces;

/// <summary>How a batch write ended.</summary>
/// <param name="Status">Committed, rejected (nothing took effect) or unknown.</param>
/// <param name="Rejection">Why nothing took effect.</param>
/// <param name="Reason">Detail for a person.</param>
internal readonly record struct WriteOutcome(
    CommitStatus Status,
    CommitRejection Rejection,
    string? Reason
)
{
    /// <summary>Everything took effect.</summary>
    public static WriteOutcome Written => default;

    /// <summary>Whether everything took effect.</summary>
    public bool IsWritten => Status == CommitStatus.Committed;
}
