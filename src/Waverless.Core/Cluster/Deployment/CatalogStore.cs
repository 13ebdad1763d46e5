using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Deployment;

/// <summary>Reads and writes the cluster's metadata, wherever that is at home.</summary>
internal sealed class CatalogStore(IKvStore store)
{
    /// <summary>Well below what a value and a message may have.</summary>
    private const int PieceBytes = 512 * 1024;

    public IKvStore Store => store;

    /// <summary>The record of an app and the revision that wrote it; null: there is none.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<(AppRecord Record, ulong Number)?> FindAsync(string app, CancellationToken ct)
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await store.GetAsync(CatalogKeys.AppOf(app), into, ct);
        return read.Found && Parse(into.WrittenMemory) is { } record ? (record, read.Number) : null;
    }

    /// <summary>All records.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<List<AppRecord>> AllAsync(CancellationToken ct)
    {
        var records = new List<AppRecord>();
        await foreach (var entry in ScanAsync(CatalogKeys.AppPrefix, ct))
        {
            if (Parse(entry.Value) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>All that was said of deployments and is kept.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async IAsyncEnumerable<(string Key, string Text)> AcksAsync(
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var entry in ScanAsync(CatalogKeys.AckPrefix, ct))
        {
            yield return (entry.Key.ToString(), Encoding.UTF8.GetString(entry.Value.Span));
        }
    }

    /// <summary>Replaces the record of an app; false: somebody else did meanwhile.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<bool> ReplaceAsync(AppRecord record, ulong? number, CancellationToken ct)
    {
        var batch = new KvBatch();
        KvKey key = CatalogKeys.AppOf(record.App);
        _ = number is { } known ? batch.RequireRevision(key, known) : batch.RequireAbsent(key);
        batch.Set(key, record.ToByteArray());
        var result = await store.CommitAsync(batch, ct);
        return result.IsCommitted
            || (
                result.Status == CommitStatus.ConditionFailed
                    ? false
                    : throw Unreachable(result.Reason)
            );
    }

    /// <summary>Says something of a version.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task AckAsync(string key, string text, CancellationToken ct)
    {
        var value = Encoding.UTF8.GetBytes(text);
        var batch = new KvBatch().Set(key, value, DeployLimits.AckLifetime);
        var result = await store.CommitAsync(batch, ct);
        if (!result.IsCommitted)
        {
            throw Unreachable(result.Reason);
        }
    }

    /// <summary>Writes a record, and returns the position after which all changes are newer.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<Revision> GreetAsync(NodeRecord node, CancellationToken ct)
    {
        return await SetAsync(CatalogKeys.NodeOf(new NodeId(node.Node)), node.ToByteArray(), ct);
    }

    /// <summary>
    /// Keeps the bytes of a package for all nodes, in pieces; the length comes last. Until
    /// <see cref="SettleAsync"/> it is known as one whose deployment has not ended.
    /// </summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<Upload> StoreAsync(
        string hash,
        byte[] packed,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var began = Text(now.ToUnixTimeMilliseconds());
        var marker = await SetAsync(CatalogKeys.UploadOf(hash), began, ct);
        for (var at = 0; at < packed.Length; at += PieceBytes)
        {
            var piece = packed.AsMemory(at, Math.Min(PieceBytes, packed.Length - at));
            await SetAsync(CatalogKeys.PieceOf(hash, at / PieceBytes), piece, ct);
        }

        await SetAsync(CatalogKeys.PackageOf(hash), Text(packed.Length), ct);
        return new Upload(hash, marker.Number);
    }

    /// <summary>
    /// The deployment of a package has ended, one way or the other. Does nothing if the package
    /// has been uploaded again meanwhile.
    /// </summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task SettleAsync(Upload upload, bool isKept, CancellationToken ct)
    {
        KvKey marker = CatalogKeys.UploadOf(upload.Hash);
        var batch = new KvBatch().RequireRevision(marker, upload.Number).Delete(marker);
        if (!isKept)
        {
            await AddDeletesAsync(batch, upload.Hash, ct);
        }

        await store.CommitAsync(batch, ct);
    }

    /// <summary>Packages whose deployment has begun before a moment, and has not ended.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<List<Upload>> UnsettledAsync(DateTimeOffset before, CancellationToken ct)
    {
        var uploads = new List<Upload>();
        await foreach (var entry in ScanAsync(CatalogKeys.UploadPrefix, ct))
        {
            var text = entry.Value.Span;
            if (
                !long.TryParse(text, CultureInfo.InvariantCulture, out var began)
                || began < before.ToUnixTimeMilliseconds()
            )
            {
                var hash = entry.Key.ToString()[CatalogKeys.UploadPrefix.Length..];
                uploads.Add(new Upload(hash, entry.Number));
            }
        }

        return uploads;
    }

    /// <summary>The bytes of a package; null: they are kept no longer.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<byte[]?> FetchAsync(string hash, CancellationToken ct)
    {
        var into = new ArrayBufferWriter<byte>();
        await store.GetAsync(CatalogKeys.PackageOf(hash), into, ct);
        if (!int.TryParse(into.WrittenSpan, CultureInfo.InvariantCulture, out var length))
        {
            return null;
        }

        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, length));
        for (var piece = 0; bytes.WrittenCount < length; piece++)
        {
            var read = await store.GetAsync(CatalogKeys.PieceOf(hash, piece), bytes, ct);
            if (!read.Found)
            {
                return null;
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Keeps a package no longer, unless it is being uploaded again.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task DeleteAsync(string hash, CancellationToken ct)
    {
        var batch = new KvBatch().RequireAbsent((KvKey)CatalogKeys.UploadOf(hash));
        await AddDeletesAsync(batch, hash, ct);
        await store.CommitAsync(batch, ct);
    }

    private async Task AddDeletesAsync(KvBatch batch, string hash, CancellationToken ct)
    {
        batch.Delete((KvKey)CatalogKeys.PackageOf(hash));
        var into = new ArrayBufferWriter<byte>(PieceBytes);
        for (var piece = 0; ; piece++)
        {
            // Looks for each, since an upload may have ended before it told its length.
            KvKey key = CatalogKeys.PieceOf(hash, piece);
            into.ResetWrittenCount();
            if (!(await store.GetAsync(key, into, ct)).Found)
            {
                return;
            }

            batch.Delete(key);
        }
    }

    private static byte[] Text(long number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private async IAsyncEnumerable<KvEntry> ScanAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var range = KvRange.Prefix(prefix);
        while (true)
        {
            var page = await store.ScanAsync(range, 0, ct);
            foreach (var entry in page.Entries)
            {
                yield return entry;
            }

            if (page.Next is not { } next)
            {
                yield break;
            }

            range = range.ContinueAt(next);
        }
    }

    private async Task<Revision> SetAsync(
        string key,
        ReadOnlyMemory<byte> value,
        CancellationToken ct
    )
    {
        var result = await store.CommitAsync(new KvBatch().Set((KvKey)key, value.Span), ct);
        return result.IsCommitted ? result.Revision : throw Unreachable(result.Reason);
    }

    /// <summary>A record; null: the bytes are none.</summary>
    public static AppRecord? Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return AppRecord.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static StorageException Unreachable(string? reason) =>
        new(StorageError.Unavailable, reason ?? "The cluster's metadata gave no answer.");
}
