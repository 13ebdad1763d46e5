using CsCheck;

namespace Waverless.Kv;

public sealed class Leb128Tests
{
    [Fact]
    public void Numbers_come_back_and_have_the_announced_length() =>
        Gen.OneOf(Gen.ULong, Gen.UInt.Select(n => (ulong)n), Gen.Byte.Select(n => (ulong)n))
            .Sample(
                number =>
                {
                    var bytes = new byte[Leb128.BytesMax];
                    var length = Leb128.Write(bytes, number);
                    ReadOnlySpan<byte> rest = bytes.AsSpan(0, length);

                    Assert.Equal(Leb128.Length(number), length);
                    Assert.True(Leb128.TryRead(ref rest, out var read));
                    Assert.Equal(number, read);
                    Assert.True(rest.IsEmpty);
                },
                iter: 2_000
            );

    [Fact]
    public void A_truncated_number_is_refused() =>
        Gen.ULong.Sample(number =>
        {
            var bytes = new byte[Leb128.BytesMax];
            var length = Leb128.Write(bytes, number);
            ReadOnlySpan<byte> rest = bytes.AsSpan(0, length - 1);

            Assert.False(Leb128.TryRead(ref rest, out _));
        });

    [Fact]
    public void Numbers_over_64_bits_are_refused()
    {
        ReadOnlySpan<byte> rest = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02];

        Assert.False(Leb128.TryRead(ref rest, out _));
    }

    [Fact]
    public void A_length_beyond_the_bytes_is_refused()
    {
        ReadOnlySpan<byte> rest = [5, 1, 2, 3, 4];
        Assert.False(Leb128.TryReadBytes(ref rest, out _));

        rest = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1];
        Assert.False(Leb128.TryReadBytes(ref rest, out _));
    }
}
