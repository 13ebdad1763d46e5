using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Waverless.Events;

namespace Waverless.AspNetCore.Management;

/// <summary>Reads which dead letters a request means from its query string.</summary>
internal static class DeadLetterFilter
{
    public const string Expected =
        "app, function, key (how it begins), error, olderThan (seconds), parked (true or false), "
        + "after, limit";

    public static bool TryRead(
        IQueryCollection from,
        out DeadLetterQuery query,
        [NotNullWhen(false)] out string? problem
    )
    {
        query = new DeadLetterQuery();
        foreach (var (name, values) in from)
        {
            if (values.Count != 1 || With(query, name, values[0] ?? "") is not { } wanted)
            {
                problem = $"'{name}={values}' is not understood; expected one each of: {Expected}.";
                return false;
            }

            query = wanted;
        }

        problem = null;
        return true;
    }

    /// <summary>The query with one more filter; null: it is none.</summary>
    private static DeadLetterQuery? With(DeadLetterQuery query, string name, string value)
    {
        switch (name)
        {
            case "app" when value.Length > 0:
                return query with { App = value };
            case "function" when value.Length > 0:
                return query with { Function = value };
            case "key" when value.Length > 0:
                return query with { KeyPrefix = value };
            case "error" when DeadLetterJson.ErrorOf(value) is { } error:
                return query with { Error = error };
            case "olderThan" when Number(value) is { } seconds:
                return query with { OlderThan = TimeSpan.FromSeconds(seconds) };
            case "parked" when bool.TryParse(value, out var parked):
                return query with { Parked = parked };
            case "after" when DeadLetterId.TryParse(value, out var after):
                return query with { After = after };
            case "limit" when Number(value) is >= 1 and <= DeadLetterQuery.PageMax and var limit:
                return query with { Limit = limit };
            default:
                return null;
        }
    }

    private static int? Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
