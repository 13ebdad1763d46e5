namespace Waverless.Transport.Protocol;

/// <summary>
/// A header of one number: <c>CancelHeader</c> and <c>PingHeader</c> of <c>transport.proto</c>.
/// </summary>
internal static class NumberHeader
{
    public const int BytesMax = 11;

    public static int Write(Span<byte> into, ulong number)
    {
        var writer = new HeaderWriter(into);
        writer.Number(1, number);
        return writer.Length;
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out ulong number)
    {
        number = 0;
        var reader = new HeaderReader(from);
        while (reader.Next() is var field and not 0)
        {
            number = field == 1 && !reader.IsBytes ? reader.Number : number;
        }

        return !reader.IsMalformed;
    }
}
