using System.Buffers;
using System.Diagnostics;
using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Invocations;

internal sealed partial class InvocationHost
{
    private readonly List<KvBlobReader> _blobReaders = [];
    private readonly List<KvBlobWriter> _blobWriters = [];

    private BlobStore Blobs =>
        runner.Blobs ?? throw new UnreachableException("There are no blobs.");

    public async ValueTask<KvBlobReader?> OpenBlobReadAsync(KvKey key, CancellationToken ct)
    {
        var function = Function;
        Demand(function, key.Span, KeyOperations.Get);
        var (partition, local) = runner.Door.Locate(function.Address.App, key);
        try
        {
            var reader =
                _isAtomic && partition == Call.Home
                    ? await OpenOwnBlobAsync(function, local, ct)
                    : await Blobs.OpenReadAsync(partition, local, ct);
            if (reader is not null)
            {
                _ownKey.Read(key.Span, reader.Number);
                _blobReaders.Add(reader);
            }

            return reader;
        }
        catch (StorageException failure)
        {
            throw Refused(failure);
        }
    }

    public ValueTask<KvBlobWriter> OpenBlobWriteAsync(KvKey key, CancellationToken ct)
    {
        var function = Function;
        Demand(function, key.Span, KeyOperations.Set);
        if (key.Span.StartsWith("@"u8))
        {
            Demand(CapabilityCheck.Denied(KvRefusal.OtherApp(key.Span, function)));
        }

        var partition = runner.Door.PartitionOf(function.Address.App, key.Span);
        if (_isAtomic && partition != Call.Home)
        {
            throw new InvocationRefusedException(
                InvocationStatus.PermissionDenied,
                KvRefusal.CrossPartition(Call.Home, partition).Reason!
            );
        }

        var writer = Blobs.OpenWrite(partition, key, isOfInvocation: true);
        _blobWriters.Add(writer);
        return new ValueTask<KvBlobWriter>(writer);
    }

    private async ValueTask<KvBlobReader?> OpenOwnBlobAsync(
        DeployedFunction function,
        KvKey key,
        CancellationToken ct
    )
    {
        var transaction = Begun(function);
        var value = new ArrayBufferWriter<byte>();
        var read = await transaction.GetAsync(key, value, ct);
        if (!read.Found)
        {
            return null;
        }

        return await Blobs.OpenReadAsync(Call.Home, key, read, value.WrittenMemory, ct)
            ?? throw transaction.MeetConflict();
    }

    /// <summary>Blobs that were not committed are orphans now; nothing is read any more.</summary>
    private void CloseBlobs()
    {
        if (_blobReaders.Count + _blobWriters.Count == 0)
        {
            return;
        }

        _blobReaders.ForEach(reader => reader.Dispose());
        _blobReaders.Clear();
        _blobWriters.ForEach(writer => writer.Release());
        _blobWriters.Clear();
    }
}
