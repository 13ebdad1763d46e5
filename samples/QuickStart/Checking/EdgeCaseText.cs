using System.Text;

namespace QuickStart.Checking;

/// <summary>A text of about 5 MiB in which every way to count wrong shows.</summary>
internal static class EdgeCaseText
{
    private const int SliceBytes = 512 << 10;

    public static byte[] Create()
    {
        var text = new MemoryStream();
        Put(
            text,
            "  \r\n\t The the THE, tHe; don't a1b2c3 na\u00efve caf\u00e9 \u65e5\u672c ab\0cd\n"
        );
        // Words of odd lengths, so that the ends of slices fall at every place within a word.
        for (var i = 0; text.Length < 3 * SliceBytes; i++)
        {
            Put(text, new string((char)('a' + (i % 26)), 1 + (i % 37)));
            Put(text, i % 5 == 0 ? "\n" : " ");
        }

        // A word that is longer than two slices, one that ends where a slice may, and no end.
        Put(text, new string('Z', (2 * SliceBytes) + 123));
        Put(text, " ");
        Put(text, new string('y', SliceBytes - 1));
        Put(text, "\n");
        Put(text, new string(' ', SliceBytes));
        Put(text, new string('\n', SliceBytes + 1));
        Put(text, "the tail after the last newline");
        return text.ToArray();
    }

    private static void Put(MemoryStream text, string piece) =>
        text.Write(Encoding.UTF8.GetBytes(piece));
}
