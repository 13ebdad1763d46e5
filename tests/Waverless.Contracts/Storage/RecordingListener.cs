using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Keeps what the engine told about committed events.</summary>
public sealed class RecordingListener : ICommitListener
{
    private readonly Lock _gate = new();
    private readonly List<Heard> _heard = [];

    public IReadOnlyList<Heard> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _heard];
            }
        }
    }

    public void OnCommitted(
        PartitionId p,
        Revision revision,
        Commit commit,
        ReadOnlySpan<int> skippedOrdinals
    )
    {
        lock (_gate)
        {
            _heard.Add(new Heard(p, revision, commit.EventCount, skippedOrdinals.ToArray()));
        }
    }

    public sealed record Heard(PartitionId P, Revision Revision, int Events, int[] Skipped);
}
