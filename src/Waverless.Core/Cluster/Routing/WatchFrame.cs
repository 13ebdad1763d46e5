using System.Buffers;
using Google.Protobuf;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Routing;

/// <summary>A message on a watch's stream: a change, or why there are no more.</summary>
internal readonly struct WatchFrame
{
    public const byte ChangeTag = 1;
    public const byte RefusalTag = 2;
    public const byte FailureTag = 3;

    public KvChange? Change { get; private init; }

    public Refusal? Refusal { get; private init; }

    public StorageFailure? Failure { get; private init; }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static WatchFrame Decode(byte tag, in ReadOnlySequence<byte> body)
    {
        try
        {
            return tag switch
            {
                ChangeTag => new() { Change = ToChange(WatchChange.Parser.ParseFrom(body)) },
                RefusalTag => new() { Refusal = Refusal.Parser.ParseFrom(body) },
                FailureTag => new() { Failure = StorageFailure.Parser.ParseFrom(body) },
                _ => throw new InvalidDataException($"A watch has sent the tag {tag}."),
            };
        }
        catch (InvalidProtocolBufferException unreadable)
        {
            throw new InvalidDataException("A watch has sent what is no message.", unreadable);
        }
    }

    public static WatchChange Of(KvChange change)
    {
        var wire = new WatchChange
        {
            Revision = PartitionCodec.Revision(change.Revision),
            Kind = (uint)change.Kind,
            Key = UnsafeByteOperations.UnsafeWrap(change.Key.Utf8),
        };
        if (change.Value is { } value)
        {
            wire.Value = UnsafeByteOperations.UnsafeWrap(value);
        }

        return wire;
    }

    private static KvChange ToChange(WatchChange wire) =>
        new(
            PartitionCodec.Revision(wire.Revision),
            (KvChangeKind)wire.Kind,
            new KvKey(wire.Key.Memory),
            wire.HasValue ? wire.Value.Memory : null
        );
}
