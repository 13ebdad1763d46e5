using System.Text;
using CsCheck;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

public sealed class PartitionKeysTests
{
    private static readonly PartitionKeys Keys = new(7);

    private static readonly Gen<EventPosition> GenPosition =
        from due in Gen.Long[0, long.MaxValue]
        from priority in Gen.Byte
        from revision in Gen.ULong
        from ordinal in Gen.Int[0, int.MaxValue]
        select new EventPosition(due, priority, revision, ordinal);

    [Fact]
    public void Positions_read_back() =>
        GenPosition.Sample(position =>
        {
            Span<byte> bytes = stackalloc byte[PartitionKeys.PositionBytes];
            PartitionKeys.WritePosition(bytes, position);
            Assert.Equal(position, PartitionKeys.ReadPosition(bytes));
        });

    [Fact]
    public void Byte_order_of_due_records_is_running_order() =>
        Gen.Select(GenPosition, GenPosition)
            .Sample(
                (a, b) =>
                    Assert.Equal(
                        Order(a).CompareTo(Order(b)),
                        Math.Sign(
                            Event(EventState.Due, "f", a)
                                .AsSpan()
                                .SequenceCompareTo(Event(EventState.Due, "f", b))
                        )
                    )
            );

    [Fact]
    public void Only_due_records_are_ordered_by_time() =>
        GenPosition.Sample(position =>
        {
            var noTime = position with { DueMs = 0 };
            Assert.Equal(
                Event(EventState.Ready, "f", noTime),
                Event(EventState.Ready, "f", position)
            );
            Assert.Equal(
                Event(EventState.Dead, "f", noTime),
                Event(EventState.Dead, "f", position)
            );
            var plain = noTime with { Priority = 0 };
            Assert.Equal(
                Event(EventState.Outbox, "", plain),
                Event(EventState.Outbox, "", position)
            );
        });

    [Fact]
    public void Records_of_one_function_never_stand_among_those_of_another() =>
        Gen.Select(Gen.String[1, 5], Gen.String[1, 5], GenPosition, GenPosition)
            .Sample(
                (f, g, a, b) =>
                {
                    if (Encoding.UTF8.GetBytes(f).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(g)))
                    {
                        return;
                    }

                    var low = Event(EventState.Ready, f, default);
                    var high = Event(
                        EventState.Ready,
                        f,
                        new EventPosition(0, 255, ulong.MaxValue, int.MaxValue)
                    );
                    var other = Event(EventState.Ready, g, b);
                    Assert.False(
                        low.AsSpan().SequenceCompareTo(other) <= 0
                            && high.AsSpan().SequenceCompareTo(other) >= 0
                    );
                    _ = a;
                }
            );

    [Fact]
    public void Spaces_and_partitions_do_not_overlap()
    {
        var last = new byte[PartitionKeys.PrefixBytes + 3];
        Keys.Value(last, KeyArea.Data, [255, 255, 255]);
        var next = new byte[PartitionKeys.PrefixBytes];
        Keys.Prefix(next, KeySpace.Values + 1);
        Assert.True(last.AsSpan().SequenceCompareTo(next) < 0);
        var neighbour = new byte[PartitionKeys.PrefixBytes];
        new PartitionKeys(8).Prefix(neighbour, KeySpace.Meta);
        var floor = new byte[PartitionKeys.PrefixBytes];
        Keys.Prefix(floor, KeySpace.ChangeLogFloor);
        Assert.True(floor.AsSpan().SequenceCompareTo(neighbour) < 0);
    }

    [Fact]
    public void Change_log_keys_are_ordered_by_revision() =>
        Gen.Select(Gen.ULong, Gen.ULong)
            .Sample(
                (a, b) =>
                    Assert.Equal(
                        a.CompareTo(b),
                        Math.Sign(Log(a).AsSpan().SequenceCompareTo(Log(b)))
                    )
            );

    private static (long, byte, ulong, int) Order(EventPosition p) =>
        (p.DueMs, p.Priority, p.Revision, p.Ordinal);

    private static byte[] Log(ulong revision)
    {
        var key = new byte[PartitionKeys.PrefixBytes + sizeof(ulong)];
        Keys.ChangeLog(key, revision);
        return key;
    }

    private static byte[] Event(EventState state, string function, EventPosition position)
    {
        var name = Encoding.UTF8.GetBytes(function);
        var key = new byte[PartitionKeys.EventBytes(name)];
        Keys.Event(key, state, name, position);
        return key;
    }
}
