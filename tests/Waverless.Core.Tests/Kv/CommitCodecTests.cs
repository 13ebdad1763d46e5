using CsCheck;
using Waverless.Events;

namespace Waverless.Kv;

/// <summary>A commit is its own encoding: what comes back is what went in, or an error.</summary>
public sealed class CommitCodecTests
{
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 40];
    private static readonly Gen<Action<Commit>> Operation = Gen.Select(
        Gen.Int[0, 22],
        Bytes,
        Bytes,
        Gen.ULong,
        Gen.Int[0, int.MaxValue],
        ToOperation
    );
    private static readonly Gen<Commit> Commits = Operation
        .Array[0, 12]
        .Select(operations =>
        {
            var commit = new Commit();
            commit.Stamp(new CommandId(7, 8), 9, 10);
            foreach (var operation in operations)
            {
                operation(commit);
            }

            return commit;
        });

    [Fact]
    public void A_commit_comes_back_as_it_was() =>
        Commits.Sample(
            commit =>
            {
                Assert.True(Commit.TryDecode(commit.Encoded, out var read, out var error), error);

                Assert.Equal(commit.OperationCount, read.OperationCount);
                Assert.Equal(commit.ConditionCount, read.ConditionCount);
                Assert.Equal(commit.MutationCount, read.MutationCount);
                Assert.Equal(commit.EventCount, read.EventCount);
                Assert.Equal(commit.CompletionCount, read.CompletionCount);
                Assert.Equal(commit.ReadsBeforeWrite, read.ReadsBeforeWrite);
                Assert.Equal(commit.CommandId, read.CommandId);
                Assert.Equal(commit.StoreTimeMs, read.StoreTimeMs);
                Assert.True(commit.Encoded.SequenceEqual(read.Encoded));
            },
            iter: 1_000
        );

    [Fact]
    public void Appending_and_resetting_keep_the_counts_right() =>
        Gen.Select(Commits, Commits)
            .Sample(
                (one, other) =>
                {
                    Assert.True(Commit.TryDecode(one.Encoded, out var whole, out _));
                    var mark = whole.Mark();
                    whole.Append(other);
                    Assert.True(
                        Commit.TryDecode(whole.Encoded, out var read, out var error),
                        error
                    );
                    Assert.Equal(one.OperationCount + other.OperationCount, read.OperationCount);
                    if (other.ConditionCount + other.MutationCount == 0)
                    {
                        whole.ResetTo(mark);
                        Assert.True(whole.Encoded.SequenceEqual(one.Encoded));
                    }
                }
            );

    [Fact]
    public void A_cut_commit_is_an_error() =>
        Gen.Select(Commits, Gen.Int[0, 1_000_000])
            .Sample(
                (commit, cut) =>
                {
                    var length = cut % commit.EncodedBytes;
                    var read = Commit.TryDecode(commit.Encoded[..length], out _, out var error);

                    Assert.False(read);
                    Assert.NotNull(error);
                },
                iter: 1_000
            );

    [Fact]
    public void Random_changes_of_bytes_end_in_a_commit_or_an_error() =>
        Gen.Select(Commits, Gen.Int[0, 1_000_000], Gen.Byte)
            .Sample(
                (commit, at, value) =>
                {
                    var bytes = commit.Encoded.ToArray();
                    bytes[at % bytes.Length] = value;

                    Assert.Equal(!Commit.TryDecode(bytes, out _, out var error), error is not null);
                },
                iter: 5_000
            );

    [Fact]
    public void Random_bytes_end_in_operations_or_an_error() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(
                bytes =>
                {
                    var reader = new CommitReader(bytes);
                    var count = 0;
                    while (reader.TryRead(out _))
                    {
                        count++;
                    }

                    Assert.True(count <= bytes.Length);
                    Assert.True(count > 0 || bytes.Length == 0 || reader.Error is not null);
                },
                iter: 5_000
            );

    [Fact]
    public void An_event_that_is_stored_once_comes_back_with_its_record()
    {
        var commit = new Commit();
        var once = new EventOnce("record"u8.ToArray(), 77, "print"u8.ToArray());
        var record = new EventRecord { Kind = EventKind.Message };
        var from = new PartitionId("app", 2);
        commit.AddEventOnce(once, null, "f"u8, EventState.Delayed, 5, 64, record);
        commit.Accept(from, 9, 1, "f"u8, EventState.Ready, 0, 64, record, once);
        commit.Accept(from, 9, 2, "f"u8, EventState.Ready, 0, 64, record);

        var reader = commit.Read();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(reader.TryRead(out var operation));
            Assert.Equal(EventCondition.RecordWasAbsent, operation.When);
            Assert.Equal("record"u8, operation.Key);
            Assert.Equal(77, operation.DeadlineMs);
            Assert.Equal("print"u8, operation.Fingerprint);
        }

        Assert.True(reader.TryRead(out var always));
        Assert.Equal(EventCondition.Always, always.When);
        Assert.True(always.Fingerprint.IsEmpty && always.Key.IsEmpty);
        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Error);
    }

    private static EventOnce Once(byte[] key, ulong number, byte[] fingerprint) =>
        new(key.Length == 0 ? [1] : key, Math.Max(1, (long)(number >> 1)), fingerprint);

    private static Action<Commit> ToOperation(
        int which,
        byte[] key,
        byte[] value,
        ulong number,
        int ordinal
    )
    {
        var position = new EventPosition((long)(number >> 1), (byte)which, number, ordinal);
        var peer = new PartitionId("app", which);
        var state = (EventState)(1 + (which % 3));
        var record = new EventRecord
        {
            Kind = EventKind.KeySet,
            Key = key,
            Payload = value,
        };
        return which switch
        {
            0 => commit => commit.RequireRevision(key, number),
            1 => commit => commit.RequireAbsent(key),
            2 => commit => commit.RequirePresent(key),
            3 => commit => commit.RequireRangeUnchanged(key, value, number),
            4 => commit => commit.Put(key, value),
            5 => commit => commit.Delete(key),
            6 => commit => commit.DeleteIfRevision(key, number),
            7 => commit =>
                commit.AddEvent(EventCondition.Always, default, null, value, state, 0, 128, record),
            8 => commit =>
                commit.AddEvent(
                    EventCondition.KeyWasAbsent,
                    key,
                    peer,
                    value,
                    state,
                    position.DueMs,
                    1,
                    record
                ),
            9 => commit =>
                commit.Accept(
                    peer with
                    {
                        App = new string('a', 255),
                    },
                    number,
                    ordinal,
                    [],
                    state,
                    position.DueMs,
                    2,
                    record
                ),
            10 => commit => commit.Complete(value, state, position),
            11 => commit => commit.Reschedule(value, state, position, position.DueMs, record),
            12 => commit => commit.Bury(value, state, position, record),
            13 => commit =>
                commit.PutUntil(key, value, Math.Max(1, position.DueMs), KeyArea.System),
            14 => commit => commit.PutFor(key, value, Math.Max(1, position.DueMs)),
            15 => commit => commit.Expire(key, number, position.DueMs, KeyArea.Data),
            16 => commit => commit.RequireRevision(key, number, KeyArea.System),
            17 => commit => commit.Delete(key, KeyArea.System),
            21 => commit => commit.DeferredMax(new(ordinal, ordinal), isReserve: key.Length > 9),
            22 => commit => commit.RequireEvent(value, state, position),
            18 => commit =>
                commit.AddEventOnce(Once(key, number, value), peer, value, state, 5, 64, record),
            19 => commit =>
                commit.Accept(
                    peer,
                    number,
                    ordinal,
                    value,
                    EventState.Delayed,
                    position.DueMs,
                    192,
                    record,
                    Once(value, number, key)
                ),
            _ => commit => commit.Sent(position),
        };
    }
}
