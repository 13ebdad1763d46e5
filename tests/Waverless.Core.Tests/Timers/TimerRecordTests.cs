using CsCheck;
using Waverless.Apps;

namespace Waverless.Timers;

/// <summary>What is stored of timers reads back as it was, and nothing else reads as a timer.</summary>
public sealed class TimerRecordTests
{
    private static readonly Gen<FunctionTimer> Timers = Gen.Select(
        Gen.Int[0, 2],
        Gen.Long[100, 31_622_400_000],
        Gen.OneOf(Gen.Const("UTC"), Gen.Const("Europe/Berlin")),
        Gen.Int[0, 2],
        Gen.Bool,
        (kind, ms, zone, misfire, overlap) =>
            kind switch
            {
                0 => FunctionTimer.Every(TimeSpan.FromMilliseconds(ms)),
                1 => FunctionTimer.ByCron("*/5 1-3 * * MON-FRI", zone),
                _ => FunctionTimer.Once(DateTimeOffset.UnixEpoch.AddMilliseconds(ms)),
            } with
            {
                Misfire = (MisfirePolicy)misfire,
                MayOverlap = overlap,
            }
    );

    private static readonly Gen<TimerRecord> Records = Gen.Select(
        Timers,
        Gen.String[Gen.Char.AlphaNumeric, 1, 20],
        Gen.Byte.Array[0, 50],
        Gen.Long[1, 4_102_444_800_000],
        (when, function, payload, next) =>
            new TimerRecord
            {
                Function = function,
                When = when,
                Payload = payload,
                NextMs = next,
            }
    );

    [Fact]
    public void A_record_reads_back_as_it_was() =>
        Records.Sample(record =>
        {
            var read = TimerRecord.Decode(record.Encode());
            return read is not null
                && read.IsSameAs(record)
                && read.NextMs == record.NextMs
                && read.When == record.When
                && read.Function == record.Function
                && read.Payload.Span.SequenceEqual(record.Payload.Span);
        });

    [Fact]
    public void The_next_moment_is_no_difference_and_everything_else_is() =>
        Gen.Select(Records, Records)
            .Sample(
                (one, other) =>
                    one.IsSameAs(one with { NextMs = other.NextMs })
                    && one.IsSameAs(other)
                        == (
                            one.When == other.When
                            && one.Function == other.Function
                            && one.Payload.Span.SequenceEqual(other.Payload.Span)
                        )
            );

    [Fact]
    public void Cut_records_are_none() =>
        Gen.Select(Records, Gen.Int[1, 20])
            .Sample((record, cut) => TimerRecord.Decode(record.Encode().AsSpan()[..^cut]) is null);

    [Fact]
    public void Any_bytes_give_a_record_or_null() =>
        Gen
            .Byte.Array[0, 80]
            .Sample(bytes =>
            {
                if (bytes.Length > 1)
                {
                    bytes[0] = 1;
                    bytes[1] = (byte)(bytes[1] % 4);
                }

                _ = TimerRecord.Decode(bytes);
                _ = TimerFiring.Decode(bytes);
            });

    [Fact]
    public void A_firing_reads_back_as_it_was()
    {
        var read = TimerFiring.Decode(TimerFiring.Encode("näme", 1_234_567_890_123, 7));
        Assert.Equal("näme", read?.Name);
        Assert.Equal(1_234_567_890_123, read?.Scheduled.ToUnixTimeMilliseconds());
        Assert.Equal(7, read?.Missed);
        Assert.Null(TimerFiring.Decode("short"u8));
    }
}
