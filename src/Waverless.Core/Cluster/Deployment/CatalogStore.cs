using System.Buffers;
using System.Globalization;
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
        var range = KvRange.Prefix(CatalogKeys.AppPrefix);
        while (true)
        {
            var page = await store.ScanAsync(range, 0, ct);
            records.AddRange(page.Entries.Select(entry => Parse(entry.Value)).OfType<AppRecord>());
            if (page.Next is not { } next)
            {
                return records;
            }

            range = range.ContinueAt(next);
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
        var key = CatalogKeys.NodeOf(new NodeId(node.Node));
        var result = await store.CommitAsync(new KvBatch().Set(key, node.ToByteArray()), ct);
        return result.IsCommitted ? result.Revision : throw Unreachable(result.Reason);
    }

    /// <summary>Keeps the bytes of a package for all nodes, in pieces; the length comes last.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task StoreAsync(string hash, byte[] packed, CancellationToken ct)
    {
        for (var at = 0; at < packed.Length; at += PieceBytes)
        {
            var piece = packed.AsMemory(at, Math.Min(PieceBytes, packed.Length - at));
            await SetAsync(CatalogKeys.PieceOf(hash, at / PieceBytes), piece, ct);
        }

        var length = packed.Length.ToString(CultureInfo.InvariantCulture);
        await SetAsync(CatalogKeys.PackageOf(hash), Encoding.UTF8.GetBytes(length), ct);
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

    /// <summary>Keeps a package no longer.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task DeleteAsync(string hash, CancellationToken ct)
    {
        var page = await store.ScanAsync(KvRange.Prefix(CatalogKeys.PiecesOf(hash)), 0, ct);
        var batch = new KvBatch().Delete((KvKey)CatalogKeys.PackageOf(hash));
        foreach (var entry in page.Entries)
        {
            batch.Delete(entry.Key);
        }

        await store.CommitAsync(batch, ct);
        if (page.Next is not null)
        {
            await DeleteAsync(hash, ct);
        }
    }

    private async Task SetAsync(string key, ReadOnlyMemory<byte> value, CancellationToken ct)
    {
        var result = await store.CommitAsync(new KvBatch().Set((KvKey)key, value.Span), ct);
        if (!result.IsCommitted)
        {
            throw Unreachable(result.Reason);
        }
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
