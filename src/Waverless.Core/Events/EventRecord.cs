using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// What an event tells, as it is stored and sent. Where it stands (position, state, function) is
/// kept beside it.
/// </summary>
/// <remarks>
/// Layout, little-endian: version (1), kind (1), trace flags (1), own flags (1), attempt (4),
/// depth (4), root node (4), boot id (8), cascade id (8), trace id (16), span id (8), created in
/// Unix milliseconds (8), key revision (8); then length-prefixed (LEB128): key, payload, ordering
/// key, last error, source app; then, if the source app is not empty, LEB128 source partition,
/// revision and ordinal. Version 2 adds the own flags, which version 1 has as 0, and the error
/// history at the end. A record that needs neither is written as version 1.
/// </remarks>
public sealed record EventRecord
{
    internal const byte Version = 1;
    internal const byte VersionWithErrors = 2;
    private const int FixedBytes = 72;
    private const int FlagsAt = 3;

    /// <summary>Longest value that an event carries: 16 KiB.</summary>
    internal const int ValueBytesMax = 16 * 1024;

    /// <summary>What it tells.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>Attempts that already failed; 0 for a new event.</summary>
    public int Attempt { get; init; }

    /// <summary>The cascade it belongs to.</summary>
    public CascadeRef Cascade { get; init; }

    /// <summary>The trace it continues.</summary>
    public TraceRef Trace { get; init; }

    /// <summary>When it was created, Unix milliseconds of the store.</summary>
    public long CreatedMs { get; init; }

    /// <summary>
    /// Revision number of the commit that changed the key; 0 in the commit that creates the event
    /// itself, where the position's revision is the same number.
    /// </summary>
    public ulong KeyRevision { get; init; }

    /// <summary>The key of a key event.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>
    /// The payload of a message, or the value of a key event with <c>value: at_event</c>.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>
    /// Events of one function with the same ordering key run one after the other.
    /// </summary>
    public ReadOnlyMemory<byte> OrderingKey { get; init; }

    /// <summary>Why the last attempt failed; null if none did.</summary>
    public string? LastError { get; init; }

    /// <summary>
    /// The identity of an event that came from another partition; null for a local one.
    /// </summary>
    public EventId? Source { get; init; }

    /// <summary>What the platform notes about it beside what it tells.</summary>
    public EventFlags Flags { get; init; }

    /// <summary>Why attempts failed: the first and the last ones, oldest first.</summary>
    public ImmutableArray<EventError> Errors { get; init; } = [];

    private bool IsPlain => Flags == EventFlags.None && Errors.IsEmpty;

    /// <summary>Length of the encoding in bytes.</summary>
    internal int EncodedBytes
    {
        get
        {
            var bytes = FixedBytes + Prefixed(Key.Length) + Prefixed(Payload.Length);
            bytes += Prefixed(OrderingKey.Length) + Prefixed(Utf8Bytes(LastError));
            bytes += Prefixed(Utf8Bytes(Source?.Source.App));
            if (Source is { } source)
            {
                bytes += Leb128.Length((ulong)source.Source.Number);
                bytes += Leb128.Length(source.Revision) + Leb128.Length((ulong)source.Ordinal);
            }

            return IsPlain ? bytes : bytes + EventErrors.Bytes(Errors);
        }
    }

    /// <summary>Writes exactly <see cref="EncodedBytes"/> bytes.</summary>
    internal void Encode(Span<byte> to)
    {
        to[0] = IsPlain ? Version : VersionWithErrors;
        to[1] = (byte)Kind;
        to[2] = Trace.Flags;
        to[FlagsAt] = (byte)Flags;
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Attempt);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Cascade.Depth);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Cascade.RootNode);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], Cascade.BootId);
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], Cascade.Id);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], Trace.TraceHigh);
        BinaryPrimitives.WriteUInt64LittleEndian(to[40..], Trace.TraceLow);
        BinaryPrimitives.WriteUInt64LittleEndian(to[48..], Trace.Span);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], CreatedMs);
        BinaryPrimitives.WriteUInt64LittleEndian(to[64..], KeyRevision);
        var rest = to[FixedBytes..];
        Append(ref rest, Key.Span);
        Append(ref rest, Payload.Span);
        Append(ref rest, OrderingKey.Span);
        AppendText(ref rest, LastError);
        AppendText(ref rest, Source?.Source.App);
        if (Source is { } source)
        {
            rest = rest[Leb128.Write(rest, (ulong)source.Source.Number)..];
            rest = rest[Leb128.Write(rest, source.Revision)..];
            rest = rest[Leb128.Write(rest, (ulong)source.Ordinal)..];
        }

        if (!IsPlain)
        {
            EventErrors.Write(rest, Errors);
        }
    }

    /// <summary>Whether an encoded record asks for the key's value before the commit.</summary>
    internal static bool AsksForOldValue(ReadOnlySpan<byte> encoded) =>
        encoded.Length > FlagsAt
        && encoded[0] == VersionWithErrors
        && (encoded[FlagsAt] & (byte)EventFlags.WantsOldValue) != 0;

    /// <summary>The encoded record with the value that it asks for; empty: there is none.</summary>
    internal static byte[] WithOldValue(ReadOnlySpan<byte> encoded, byte[]? value)
    {
        if (Decode(encoded) is not { } record)
        {
            return encoded.ToArray();
        }

        record = record with
        {
            Payload = value,
            Flags =
                (record.Flags & ~EventFlags.WantsOldValue)
                | (value is null ? EventFlags.None : EventFlags.HasValue),
        };
        var bytes = new byte[record.EncodedBytes];
        record.Encode(bytes);
        return bytes;
    }

    /// <summary>Reads a record; copies what it keeps. Null on malformed bytes.</summary>
    /// <param name="encoded">Bytes as a store or a commit carries them.</param>
    public static EventRecord? Decode(ReadOnlySpan<byte> encoded)
    {
        if (
            encoded.Length < FixedBytes
            || encoded[0] is < Version or > VersionWithErrors
            || encoded[1] is < (byte)EventKind.KeySet or > (byte)EventKind.KeyExpired
        )
        {
            return null;
        }

        var errors = ImmutableArray<EventError>.Empty;
        var rest = encoded[FixedBytes..];
        if (
            !Leb128.TryReadBytes(ref rest, out var key)
            || !Leb128.TryReadBytes(ref rest, out var payload)
            || !Leb128.TryReadBytes(ref rest, out var orderingKey)
            || !Leb128.TryReadBytes(ref rest, out var lastError)
            || !Leb128.TryReadBytes(ref rest, out var sourceApp)
            || !TryReadSource(ref rest, sourceApp, out var source)
            || (encoded[0] != Version && !EventErrors.TryRead(ref rest, out errors))
            || !rest.IsEmpty
        )
        {
            return null;
        }

        return new EventRecord
        {
            Kind = (EventKind)encoded[1],
            Attempt = BinaryPrimitives.ReadInt32LittleEndian(encoded[4..]),
            Cascade = ReadCascade(encoded),
            Trace = ReadTrace(encoded),
            CreatedMs = BinaryPrimitives.ReadInt64LittleEndian(encoded[56..]),
            KeyRevision = BinaryPrimitives.ReadUInt64LittleEndian(encoded[64..]),
            Key = key.ToArray(),
            Payload = payload.IsEmpty ? default : payload.ToArray(),
            OrderingKey = orderingKey.IsEmpty ? default : orderingKey.ToArray(),
            LastError = lastError.IsEmpty ? null : Encoding.UTF8.GetString(lastError),
            Source = source,
            Flags = encoded[0] == Version ? EventFlags.None : (EventFlags)encoded[FlagsAt],
            Errors = errors,
        };
    }

    private static CascadeRef ReadCascade(ReadOnlySpan<byte> encoded) =>
        new(
            BinaryPrimitives.ReadUInt32LittleEndian(encoded[12..]),
            BinaryPrimitives.ReadUInt64LittleEndian(encoded[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(encoded[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(encoded[8..])
        );

    private static TraceRef ReadTrace(ReadOnlySpan<byte> encoded) =>
        new(
            BinaryPrimitives.ReadUInt64LittleEndian(encoded[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(encoded[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(encoded[48..]),
            encoded[2]
        );

    private static bool TryReadSource(
        scoped ref ReadOnlySpan<byte> rest,
        ReadOnlySpan<byte> app,
        out EventId? source
    )
    {
        source = null;
        if (app.IsEmpty)
        {
            return true;
        }

        if (
            !Leb128.TryRead(ref rest, out var partition)
            || partition >= PartitionId.CountMax
            || !Leb128.TryRead(ref rest, out var revision)
            || !Leb128.TryRead(ref rest, out var ordinal)
            || ordinal > int.MaxValue
        )
        {
            return false;
        }

        var id = new PartitionId(Encoding.UTF8.GetString(app), (int)partition);
        source = new EventId(id, revision, (int)ordinal);
        return true;
    }

    private static int Utf8Bytes(string? text) =>
        text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    private static int Prefixed(int bytes) => Leb128.Length((ulong)bytes) + bytes;

    private static void Append(ref Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        to = to[Leb128.Write(to, (ulong)bytes.Length)..];
        bytes.CopyTo(to);
        to = to[bytes.Length..];
    }

    private static void AppendText(ref Span<byte> to, string? text)
    {
        to = to[Leb128.Write(to, (ulong)Utf8Bytes(text))..];
        if (text is not null)
        {
            to = to[Encoding.UTF8.GetBytes(text, to)..];
        }
    }
}
