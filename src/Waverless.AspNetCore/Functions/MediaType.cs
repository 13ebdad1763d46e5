namespace Waverless.AspNetCore.Functions;

/// <summary>The media type of an answer.</summary>
internal static class MediaType
{
    public const string Json = "application/json";
    private const string Text = "text/plain; charset=utf-8";
    private const string Binary = "application/octet-stream";

    /// <summary>What the function named, if a header can hold it; else by the first byte.</summary>
    public static string Of(string? named, ReadOnlySpan<byte> body)
    {
        if (named is not null)
        {
            return named.AsSpan().ContainsAnyExceptInRange(' ', '~') ? Binary : named;
        }

        return LooksLikeJson(body) ? Json : Text;
    }

    /// <summary>Whether a body is worth reading as JSON.</summary>
    public static bool IsJson(string? named, ReadOnlySpan<byte> body) =>
        named is null
            ? LooksLikeJson(body)
            : named.StartsWith(Json, StringComparison.OrdinalIgnoreCase)
                || named.Contains("+json", StringComparison.OrdinalIgnoreCase);

    private static bool LooksLikeJson(ReadOnlySpan<byte> body) =>
        !body.IsEmpty && body[0] is (byte)'{' or (byte)'[';
}
