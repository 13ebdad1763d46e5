using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Waverless.Apps;

namespace Waverless.AspNetCore.Functions;

/// <summary>Reads the value that decides where an invocation is at home.</summary>
internal static class PartitionValue
{
    /// <summary>False: the request does not carry what the manifest declares.</summary>
    public static bool TryRead(
        PartitionHome home,
        HttpRequest request,
        [NotNullWhen(true)] out string? value
    )
    {
        value = home.Header is { } header
            ? request.Headers[header].ToString()
            : Segment(request.RouteValues, home.RouteSegment.GetValueOrDefault());
        return !string.IsNullOrEmpty(value);
    }

    public static string Describe(PartitionHome home) =>
        home.Header is { } header
            ? $"the header '{header}'"
            : $"a path segment {home.RouteSegment} behind the function's name";

    private static string? Segment(RouteValueDictionary values, int wanted)
    {
        if (values[FunctionRoutes.Rest] is not string rest)
        {
            return null;
        }

        var index = 0;
        foreach (var range in rest.AsSpan().Split('/'))
        {
            if (index++ == wanted)
            {
                return rest[range];
            }
        }

        return null;
    }
}
