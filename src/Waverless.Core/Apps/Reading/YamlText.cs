using System.Text;

namespace Waverless.Apps.Reading;

/// <summary>Turns the bytes of a manifest into text, within bounds.</summary>
internal static class YamlText
{
    /// <summary>The largest manifest.</summary>
    public const int BytesMax = 1 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Decodes a manifest, or adds what is wrong to the errors and returns null.</summary>
    public static string? Decode(ReadOnlySpan<byte> utf8, ErrorList errors)
    {
        if (utf8.Length > BytesMax)
        {
            errors.Add(1, 1, $"The file has {utf8.Length} bytes", $"at most {BytesMax}");
            return null;
        }

        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException fault)
        {
            var valid = utf8[..Math.Clamp(fault.Index, 0, utf8.Length)];
            var lineStart = valid.LastIndexOf((byte)'\n') + 1;
            errors.Add(
                valid.Count((byte)'\n') + 1,
                valid.Length - lineStart + 1,
                "The file is not valid UTF-8 here",
                "text encoded as UTF-8"
            );
            return null;
        }
    }
}
