using System.Security.Cryptography;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>
/// A record of the node as a whole, beside its header and the names of its partitions. A version
/// that does not know a record leaves it alone.
/// </summary>
internal static class NodeRecord
{
    /// <summary>Present: no event may be begun.</summary>
    public const byte TriggersPaused = 2;

    /// <summary>The secret that seals tokens.</summary>
    public const byte TokenSecret = 3;

    /// <summary>A bit for each shard that takes no commits.</summary>
    public const byte Fences = 4;

    /// <summary>What the node remembers of its cluster.</summary>
    public const byte Note = 5;

    /// <summary>With a number: a partition that is being written and has no name yet.</summary>
    public const byte Import = 6;

    private const int SecretBytes = 32;

    private const int KeyBytes = PartitionKeys.PrefixBytes + 1;

    /// <summary>Whether a record is there.</summary>
    public static bool Exists(IKeyspace keyspace, byte name)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(key, name);
        return keyspace.GetHead(key, default) >= 0;
    }

    /// <summary>Reads a record; null: it is not there.</summary>
    public static byte[]? Read(IKeyspace keyspace, byte name)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(key, name);
        var length = keyspace.GetHead(key, default);
        var value = new byte[Math.Max(0, length)];
        return length >= 0 && keyspace.Get(key, value) == length ? value : null;
    }

    /// <summary>Reads the secret that seals tokens; makes one if there is none.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public static byte[] Secret(IKeyspace keyspace)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(key, TokenSecret);
        var secret = new byte[SecretBytes];
        if (keyspace.Get(key, secret) == SecretBytes)
        {
            return secret;
        }

        var batch = new RecordBatch();
        RenewSecret(batch);
        Write(keyspace, batch);
        return keyspace.Get(key, secret) == SecretBytes
            ? secret
            : throw new StorageException(StorageError.Failed, "storage: the secret is not there");
    }

    /// <summary>Makes a new secret: what was sealed with the old one is refused.</summary>
    public static void RenewSecret(RecordBatch batch) =>
        Put(batch, TokenSecret, RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Adds a record to a batch.</summary>
    public static void Put(RecordBatch batch, byte name, ReadOnlySpan<byte> value)
    {
        WriteKey(batch.Put(KeyBytes, value.Length, out var to), name);
        value.CopyTo(to);
    }

    /// <summary>Writes or removes a mark, forced to the disk.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public static void SetMark(IKeyspace keyspace, byte name, bool isPresent)
    {
        var batch = new RecordBatch();
        if (isPresent)
        {
            Put(batch, name, default);
        }
        else
        {
            WriteKey(batch.Delete(KeyBytes), name);
        }

        Write(keyspace, batch);
    }

    private static void Write(IKeyspace keyspace, RecordBatch batch)
    {
        var outcome = keyspace.Write(batch, sync: true);
        if (!outcome.IsWritten)
        {
            throw new StorageException(
                outcome.Rejection == CommitRejection.Closed
                    ? StorageError.Closed
                    : StorageError.Failed,
                outcome.Reason ?? "storage: writing failed"
            );
        }
    }

    private static void WriteKey(Span<byte> key, byte name) =>
        new PartitionKeys(PartitionDirectory.NodeNumber).Prefix(key, KeySpace.Meta)[0] = name;
}
