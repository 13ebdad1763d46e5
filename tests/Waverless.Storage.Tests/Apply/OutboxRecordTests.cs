using CsCheck;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

public sealed class OutboxRecordTests
{
    [Fact]
    public void Random_bytes_are_a_record_or_a_typed_error() =>
        Gen
            .Byte.Array[0, 60]
            .Sample(bytes =>
            {
                try
                {
                    var stored = OutboxRecord.Read(default, bytes);
                    Assert.True(stored.Record.Length <= bytes.Length);
                }
                catch (StorageException e)
                {
                    Assert.Equal(StorageError.Corrupted, e.Error);
                }
            });

    [Fact]
    public void A_record_keeps_by_what_it_is_accepted_once() =>
        Gen.Select(Gen.Byte.Array[1, 40], Gen.Long[1, long.MaxValue], Gen.Byte.Array[0, 64])
            .Sample(
                (key, lifetimeMs, fingerprint) =>
                {
                    var target = new PartitionId("bank", 1);
                    var record = new EventRecord { Kind = EventKind.Message };
                    var once = new EventOnce(key, lifetimeMs, fingerprint);
                    var commit = new Commit();
                    commit.AddEventOnce(once, target, "f"u8, EventState.Delayed, 7, 64, record);
                    var reader = commit.Read();
                    Assert.True(reader.TryRead(out var operation));
                    var stored = new byte[OutboxRecord.Bytes(operation)];
                    OutboxRecord.Write(stored, operation);

                    var read = OutboxRecord.Read(default, stored).Target!.Value;
                    Assert.Equal(EventState.Delayed, read.State);
                    Assert.Equal(key, read.Once!.Value.Key.ToArray());
                    Assert.Equal(lifetimeMs, read.Once!.Value.LifetimeMs);
                    Assert.Equal(fingerprint, read.Once!.Value.Fingerprint.ToArray());
                }
            );

    [Fact]
    public void A_record_reads_back_what_was_written() =>
        Gen.Select(Gen.Int[0, 255], Gen.Byte, Gen.Long[0, long.MaxValue], Gen.Byte.Array[0, 99])
            .Sample(
                (number, priority, dueMs, payload) =>
                {
                    var target = new PartitionId("bank", number);
                    var record = new EventRecord { Kind = EventKind.Message, Payload = payload };
                    var commit = new Commit();
                    commit.AddEvent(
                        EventCondition.Always,
                        default,
                        target,
                        "f"u8,
                        EventState.Due,
                        dueMs,
                        priority,
                        record
                    );
                    var reader = commit.Read();
                    Assert.True(reader.TryRead(out var operation));
                    var stored = new byte[OutboxRecord.Bytes(operation)];
                    OutboxRecord.Write(stored, operation);
                    var position = new EventPosition(0, 0, 5, 1);
                    var read = OutboxRecord.Read(position, stored);
                    Assert.Equal(position, read.Position);
                    Assert.Equal(
                        new OutboxTarget(target, "f", EventState.Due, dueMs, priority),
                        read.Target
                    );
                    var decoded = EventRecord.Decode(read.Record.Span)!;
                    Assert.True(decoded.Payload.Span.SequenceEqual(payload));
                }
            );
}
