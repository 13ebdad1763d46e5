using System.Text;

namespace Waverless.Apps;

/// <summary>Shows keys, which are any bytes, in messages.</summary>
internal static class KeyText
{
    private const int ShownMax = 80;

    /// <summary>The key in quotes, without control characters and cut at 80 bytes.</summary>
    public static string Show(ReadOnlySpan<byte> key)
    {
        var text = Encoding.UTF8.GetString(key[..Math.Min(key.Length, ShownMax)]);
        var shown = new StringBuilder("'", text.Length + 5);
        foreach (var c in text)
        {
            shown.Append(char.IsControl(c) ? '\uFFFD' : c);
        }

        return shown.Append(key.Length > ShownMax ? "...'" : "'").ToString();
    }
}
