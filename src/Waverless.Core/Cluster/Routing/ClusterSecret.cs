using System.Buffers;
using System.Security.Cryptography;
using Waverless.Kv;

namespace Waverless.Cluster.Routing;

/// <summary>
/// The secret that the nodes of a cluster have in common, by which they know tokens that one of
/// them has given. Made by whoever needs it first, and kept in the metadata.
/// </summary>
internal sealed class ClusterSecret(IKvStore metadata)
{
    private const string Key = "secret/tokens";
    private const int Bytes = 32;

    private ReadOnlyMemory<byte>? _known;

    /// <summary>The secret; null: the metadata is away, and this node has not asked before.</summary>
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(CancellationToken ct) =>
        _known is { } known ? new(known) : AskAsync(ct);

    private async ValueTask<ReadOnlyMemory<byte>?> AskAsync(CancellationToken ct)
    {
        try
        {
            if (await ReadAsync(ct) is { } there)
            {
                return _known = there;
            }

            // Of several that make one at once, the first one's counts.
            var batch = new KvBatch()
                .RequireAbsent(Key)
                .Set(Key, RandomNumberGenerator.GetBytes(Bytes));
            await metadata.CommitAsync(batch, ct);
            return _known = await ReadAsync(ct);
        }
        catch (StorageException)
        {
            return null;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken ct)
    {
        var into = new ArrayBufferWriter<byte>(Bytes);
        var read = await metadata.GetAsync(Key, into, ct);
        return read.Found ? into.WrittenMemory.ToArray() : null;
    }
}
