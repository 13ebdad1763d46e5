using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Waverless.AspNetCore.Functions;

/// <summary>What a caller asks for by header, besides the function's own business.</summary>
/// <param name="IdempotencyKey">
/// Value of <c>Idempotency-Key</c>, without the quotation marks around it; null: none.
/// </param>
/// <param name="RespondAsync">Whether <c>Prefer: respond-async</c> was said.</param>
internal readonly record struct RequestWishes(string? IdempotencyKey, bool RespondAsync)
{
    public const string KeyHeader = "Idempotency-Key";
    public const string Async = "respond-async";

    private const string Prefer = "Prefer";

    /// <summary>False: the header occurs more than once.</summary>
    public static bool TryRead(HttpRequest request, out RequestWishes wishes)
    {
        var headers = request.Headers;
        var keys = headers[KeyHeader];
        var preferences = headers[Prefer];
        wishes = default;
        if (keys.Count > 1)
        {
            return false;
        }

        if (keys.Count + preferences.Count > 0)
        {
            wishes = new RequestWishes(Unquote(keys), preferences.Any(AsksForAsync));
        }

        return true;
    }

    [return: NotNullIfNotNull(nameof(value))]
    private static string? Unquote(string? value) => value is ['"', .., '"'] ? value[1..^1] : value;

    private static bool AsksForAsync(string? line)
    {
        foreach (var range in line.AsSpan().Split(','))
        {
            var word = line.AsSpan()[range];
            var end = word.IndexOf(';');
            word = (end < 0 ? word : word[..end]).Trim();
            if (word.Equals(Async, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
