using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Waverless.Cluster;
using Waverless.Kv;
using Waverless.Messaging.Wire;
using Waverless.Transport.Joining;

namespace Waverless.Hosting.Joining;

/// <summary>
/// Keeps tokens in the cluster's metadata: they survive restarts, and are used once, cluster-wide.
/// Of a secret only the hash is kept.
/// </summary>
internal sealed class MetadataTokens(IKvStore metadata, TimeProvider time) : IJoinTokenStore
{
    /// <summary>Tokens that are kept; no more are given out.</summary>
    public const int TokensMax = 1000;

    /// <summary>How long it is known that a token has expired or was used.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public async ValueTask<bool> TryAddAsync(JoinTokenRecord token, CancellationToken ct)
    {
        if (await TidyAsync(ct) >= TokensMax)
        {
            return false;
        }

        var key = TokenKeys.Of(token.Id);
        var batch = new KvBatch().RequireAbsent(key).Set(key, Encode(token));
        return Demand(await metadata.CommitAsync(batch, ct));
    }

    public async ValueTask<JoinTokenRecord?> FindAsync(string id, CancellationToken ct) =>
        id.Length is > 0 and < 64 && id.All(char.IsAsciiHexDigitLower)
            ? (await ReadAsync(id, ct))?.Token
            : null;

    public async ValueTask<bool> TryTakeAsync(string id, CancellationToken ct)
    {
        if (await ReadAsync(id, ct) is not { Token.IsUsed: false } found)
        {
            return false;
        }

        var key = TokenKeys.Of(id);
        var used = Encode(found.Token with { IsUsed = true });
        var batch = new KvBatch().RequireRevision(key, found.Number).Set(key, used);
        return Demand(await metadata.CommitAsync(batch, ct));
    }

    /// <summary>Whether somebody may join now.</summary>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<bool> AnyAsync(CancellationToken ct) =>
        (await ListAsync(ct)).Exists(token => !token.IsUsed && token.ExpiresAt > time.GetUtcNow());

    /// <summary>An id that no node has had.</summary>
    /// <param name="least">Higher than all that are known.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StorageException">The metadata cannot be reached.</exception>
    public async Task<NodeId> NextNodeAsync(uint least, CancellationToken ct)
    {
        var key = TokenKeys.LastNode;
        while (true)
        {
            var into = new ArrayBufferWriter<byte>();
            var read = await metadata.GetAsync(key, into, ct);
            var last = read.Found
                ? uint.Parse(
                    Encoding.UTF8.GetString(into.WrittenSpan),
                    CultureInfo.InvariantCulture
                )
                : 0;
            var next = Math.Max(last + 1, least);
            var batch = read.Found
                ? new KvBatch().RequireRevision(key, read.Number)
                : new KvBatch().RequireAbsent(key);
            batch.Set(key, Encoding.UTF8.GetBytes($"{next}"));
            if (Demand(await metadata.CommitAsync(batch, ct)))
            {
                return new NodeId(next);
            }
        }
    }

    /// <summary>Forgets what is too old; returns how many are left.</summary>
    private async Task<int> TidyAsync(CancellationToken ct)
    {
        var tokens = await ListAsync(ct);
        var old = tokens.FindAll(token => token.ExpiresAt + Remembered < time.GetUtcNow());
        if (old.Count > 0)
        {
            var batch = new KvBatch();
            old.ForEach(token => batch.Delete(TokenKeys.Of(token.Id)));
            Demand(await metadata.CommitAsync(batch, ct));
        }

        return tokens.Count - old.Count;
    }

    private async Task<List<JoinTokenRecord>> ListAsync(CancellationToken ct)
    {
        var tokens = new List<JoinTokenRecord>();
        var range = KvRange.Prefix(TokenKeys.Prefix);
        while (true)
        {
            var page = await metadata.ScanAsync(range, 0, ct);
            foreach (var entry in page.Entries)
            {
                var id = entry.Key.ToString()[TokenKeys.Prefix.Length..];
                if (Decode(id, entry.Value.Span) is { } token)
                {
                    tokens.Add(token);
                }
            }

            if (page.Next is not { } next)
            {
                return tokens;
            }

            range = range with { From = next };
        }
    }

    private async Task<(JoinTokenRecord Token, ulong Number)?> ReadAsync(
        string id,
        CancellationToken ct
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await metadata.GetAsync(TokenKeys.Of(id), into, ct);
        return read.Found && Decode(id, into.WrittenSpan) is { } token
            ? (token, read.Number)
            : null;
    }

    private static byte[] Encode(JoinTokenRecord token) =>
        new JoinTokenEntry
        {
            Node = token.Node.Value,
            Key = ByteString.CopyFrom(token.Key.Span),
            ExpiresMs = token.ExpiresAt.ToUnixTimeMilliseconds(),
            Used = token.IsUsed,
        }.ToByteArray();

    private static JoinTokenRecord? Decode(string id, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var entry = JoinTokenEntry.Parser.ParseFrom(bytes);
            return new JoinTokenRecord(
                id,
                new NodeId(entry.Node),
                entry.Key.ToByteArray(),
                DateTimeOffset.FromUnixTimeMilliseconds(entry.ExpiresMs)
            )
            {
                IsUsed = entry.Used,
            };
        }
        catch (Exception e)
            when (e is InvalidProtocolBufferException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>False: a condition has failed.</summary>
    private static bool Demand(in CommitResult result) =>
        result.IsCommitted
        || (
            result.Status == CommitStatus.ConditionFailed
                ? false
                : throw new StorageException(
                    StorageError.Unavailable,
                    result.Reason ?? "The cluster's metadata gave no answer."
                )
        );
}
