using CsCheck;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>What an event tells survives the disk; bytes that are no record are none.</summary>
public sealed class EventRecordTests
{
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 300];
    private static readonly Gen<EventRecord> Records = Gen.Select(
        Bytes,
        Bytes,
        Gen.String,
        Gen.ULong,
        Gen.Int[0, 255],
        (key, payload, text, number, small) =>
            new EventRecord
            {
                Kind = (EventKind)(1 + (small % 4)),
                Attempt = small,
                Cascade = new CascadeRef((uint)small, number, number + 1, small),
                Trace = new TraceRef(number, number ^ 1, number ^ 2, (byte)small),
                CreatedMs = (long)number,
                KeyRevision = number,
                Key = key,
                Payload = payload,
                OrderingKey = key.AsMemory(key.Length / 2),
                LastError = text,
                Source =
                    small % 2 == 0
                        ? null
                        : new EventId(new PartitionId("app", small), number, small),
            }
    );

    [Fact]
    public void A_record_comes_back_as_it_was() =>
        Records.Sample(
            record =>
            {
                var bytes = new byte[record.EncodedBytes];
                record.Encode(bytes);
                var read = EventRecord.Decode(bytes);

                Assert.NotNull(read);
                Assert.Equal(
                    (record.Kind, record.Attempt, record.Cascade, record.Trace),
                    (read.Kind, read.Attempt, read.Cascade, read.Trace)
                );
                Assert.Equal(
                    (record.CreatedMs, record.KeyRevision, record.Source),
                    (read.CreatedMs, read.KeyRevision, read.Source)
                );
                Assert.True(record.Key.Span.SequenceEqual(read.Key.Span));
                Assert.True(record.Payload.Span.SequenceEqual(read.Payload.Span));
                Assert.True(record.OrderingKey.Span.SequenceEqual(read.OrderingKey.Span));
                var again = new byte[read.EncodedBytes];
                read.Encode(again);
                Assert.Equal(bytes.Length, again.Length);
            },
            iter: 1_000
        );

    [Fact]
    public void A_cut_or_lengthened_record_is_none() =>
        Gen.Select(Records, Gen.Int[0, 1_000_000])
            .Sample(
                (record, cut) =>
                {
                    var bytes = new byte[record.EncodedBytes + 1];
                    record.Encode(bytes);

                    Assert.Null(EventRecord.Decode(bytes));
                    Assert.Null(EventRecord.Decode(bytes.AsSpan(0, cut % (bytes.Length - 1))));
                }
            );

    [Fact]
    public void Random_changes_of_bytes_end_in_a_record_or_in_none() =>
        Gen.Select(Records, Gen.Int[0, 1_000_000], Gen.Byte)
            .Sample(
                (record, at, value) =>
                {
                    var bytes = new byte[record.EncodedBytes];
                    record.Encode(bytes);
                    bytes[at % bytes.Length] = value;

                    if (EventRecord.Decode(bytes) is { } read)
                    {
                        Assert.InRange(read.EncodedBytes, 1, 10 * bytes.Length);
                    }
                },
                iter: 5_000
            );
}
