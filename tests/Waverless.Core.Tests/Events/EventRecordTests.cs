using System.Collections.Immutable;
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
                Kind = (EventKind)(1 + (small % 5)),
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
                Flags = (EventFlags)(small % 3),
                Errors =
                [
                    .. Enumerable
                        .Range(0, small % (EventErrors.KeptMax + 1))
                        .Select(index => new EventError(
                            index + small,
                            (long)(number >> 1),
                            (ErrorClass)(index % 10),
                            text
                        )),
                ],
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
                Assert.Equal(record.Flags, read.Flags);
                Assert.Equal(record.Errors.Length, read.Errors.Length);
                Assert.Equal(
                    record.Errors.Select(error => (error.Attempt, error.TimeMs, error.Class)),
                    read.Errors.Select(error => (error.Attempt, error.TimeMs, error.Class))
                );
                Assert.Equal(record is { Flags: 0, Errors: [] } ? 1 : 2, bytes[0]);
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

    [Fact]
    public void A_record_of_version_1_is_read_as_it_was_written_then()
    {
        // The bytes that version 1 wrote for a key event with one failed attempt.
        var bytes = Convert.FromHexString(
            "01010000"
                + "02000000"
                + "03000000"
                + "07000000"
                + "0900000000000000"
                + "0B00000000000000"
                + new string('0', 48)
                + "E803000000000000"
                + "0500000000000000"
                + "046B65795F"
                + "00"
                + "00"
                + "02"
                + "6E6F"
                + "00"
        );
        var read = EventRecord.Decode(bytes);

        Assert.NotNull(read);
        Assert.Equal((EventKind.KeySet, 2, 1_000L), (read.Kind, read.Attempt, read.CreatedMs));
        Assert.Equal(new CascadeRef(7, 9, 11, 3), read.Cascade);
        Assert.Equal((5UL, "no"), (read.KeyRevision, read.LastError));
        Assert.Equal("key_"u8, read.Key.Span);
        Assert.Empty(read.Errors);
        Assert.Equal(EventFlags.None, read.Flags);
    }

    [Fact]
    public void An_error_class_of_a_later_version_is_another_one_and_nothing_worse()
    {
        var error = new EventError(1, 2, (ErrorClass)200, "later");
        var record = new EventRecord { Kind = EventKind.Message, Errors = [error] };
        var bytes = new byte[record.EncodedBytes];
        record.Encode(bytes);

        Assert.Equal(ErrorClass.Other, EventRecord.Decode(bytes)!.Errors.Single().Class);
    }

    [Fact]
    public void A_history_cuts_long_texts_and_keeps_the_first_error()
    {
        var errors = ImmutableArray<EventError>.Empty;
        for (var attempt = 1; attempt <= 30; attempt++)
        {
            var error = new EventError(attempt, attempt, ErrorClass.Failed, new string('x', 5_000));
            errors = EventErrors.Add(errors, error);
        }

        Assert.Equal([1, 24, 25, 26, 27, 28, 29, 30], errors.Select(error => error.Attempt));
        Assert.All(errors, error => Assert.Equal(1_024, error.Text.Length));
    }
}
