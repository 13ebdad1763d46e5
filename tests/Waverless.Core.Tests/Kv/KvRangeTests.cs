using CsCheck;

namespace Waverless.Kv;

public sealed class KvRangeTests
{
    // Few different bytes, the last one among them, so that prefixes and their ends are met.
    private static readonly Gen<byte[]> Bytes = Gen.Int[0, 3]
        .Select(i => (byte)(i < 2 ? i : 252 + i))
        .Array[0, 5];

    [Fact]
    public void A_prefix_range_holds_exactly_the_keys_with_that_prefix() =>
        Gen.Select(Bytes, Bytes)
            .Sample(
                (prefix, key) =>
                {
                    var range = KvRange.Prefix(new KvKey(prefix));
                    var within =
                        key.AsSpan().SequenceCompareTo(range.From.Span) >= 0
                        && (
                            range.To.Utf8.IsEmpty
                            || key.AsSpan().SequenceCompareTo(range.To.Span) < 0
                        );

                    Assert.Equal(key.AsSpan().StartsWith(prefix), within);
                },
                iter: 5_000
            );
}
