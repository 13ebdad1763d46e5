using CsCheck;

namespace Waverless.Wasm.Instances;

public sealed class ByteBufferTests
{
    [Fact]
    public void What_is_written_is_what_is_there()
    {
        Gen.Byte.Array[0, 300]
            .Array[0, 20]
            .Sample(parts =>
            {
                var buffer = New(8_000);
                foreach (var part in parts)
                {
                    buffer.Write(part);
                }

                Assert.Equal(parts.SelectMany(part => part), buffer.Written.ToArray());
            });
    }

    [Fact]
    public void The_bound_can_be_reached_and_not_passed()
    {
        var buffer = New(1_000);
        buffer.Write(new byte[999]);
        buffer.Write(new byte[1]);
        Assert.Throws<InvalidDataException>(() => buffer.Write(new byte[1]));
        Assert.Equal(1_000, buffer.Length);
    }

    [Fact]
    public void A_request_for_more_than_the_bound_is_refused_at_once()
    {
        Assert.Throws<InvalidDataException>(() => New(1_000).GetSpan(1_002));
    }

    [Fact]
    public void Nothing_can_be_advanced_that_was_not_given_out()
    {
        var buffer = New(1_000);
        buffer.GetSpan(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(5_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
    }

    [Fact]
    public void A_large_capacity_does_not_survive_clearing()
    {
        var buffer = New(1 << 20);
        buffer.Write(new byte[ByteBuffer.BytesKept * 4]);
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        Assert.InRange(buffer.GetMemory(1).Length, 1, ByteBuffer.BytesKept);
    }

    private static ByteBuffer New(int bytesMax) => new(bytesMax, () => new InvalidDataException());
}
