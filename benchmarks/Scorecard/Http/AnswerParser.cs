using System.Buffers.Text;

namespace Scorecard.Http;

/// <summary>As much of HTTP/1.1 as the answers of the measured servers need.</summary>
internal static class AnswerParser
{
    /// <summary>Length of the answer that the bytes begin with; 0: not whole yet.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        var head = bytes.IndexOf("\r\n\r\n"u8) + 4;
        if (head < 4)
        {
            return 0;
        }

        var name = "Content-Length: "u8;
        var at = bytes[..head].IndexOf(name);
        if (at < 0)
        {
            var end = bytes[head..].IndexOf("0\r\n\r\n"u8);
            return end < 0 ? 0 : head + end + 5;
        }

        return
            Utf8Parser.TryParse(bytes[(at + name.Length)..head], out int body, out _)
            && bytes.Length >= head + body
            ? head + body
            : 0;
    }

    /// <summary>Whether it is <c>200</c> with that text, be it in one chunk or by length.</summary>
    public static bool IsRight(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> text)
    {
        var body = answer[(answer.IndexOf("\r\n\r\n"u8) + 4)..];
        return answer.StartsWith("HTTP/1.1 200"u8) && body.IndexOf(text) >= 0;
    }
}
