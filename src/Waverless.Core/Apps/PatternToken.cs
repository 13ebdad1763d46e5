namespace Waverless.Apps;

/// <summary>One piece of a key pattern.</summary>
internal readonly record struct PatternToken(PatternTokenKind Kind, byte[] Literal)
{
    /// <summary>How many first bytes of the literal <c>{}</c> could stand for.</summary>
    public int SegmentPrefixLength { get; } = CountSegmentPrefix(Literal);

    public static PatternToken Segment { get; } = new(PatternTokenKind.Segment, []);

    public static PatternToken Rest { get; } = new(PatternTokenKind.Rest, []);

    public static bool IsSegmentByte(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || value == (byte)'-';

    private static int CountSegmentPrefix(byte[] literal)
    {
        var count = 0;
        while (count < literal.Length && IsSegmentByte(literal[count]))
        {
            count++;
        }

        return count;
    }
}
