using System.Text;
using Microsoft.AspNetCore.Http;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// A query string without the platform's own parameter, <c>wait</c>, which functions never see.
/// </summary>
/// <param name="Rest">What is left, without the question mark; as the caller encoded it.</param>
/// <param name="WaitForCascade">Whether <c>wait=cascade</c> was asked for.</param>
/// <param name="UnknownWait">A value of <c>wait</c> that is not known; null: none.</param>
internal readonly record struct RequestQuery(
    ReadOnlyMemory<char> Rest,
    bool WaitForCascade,
    string? UnknownWait
)
{
    private const string Wait = "wait";
    private const string Cascade = "cascade";

    public static RequestQuery Parse(QueryString query)
    {
        if (query.Value is not { Length: > 1 } raw)
        {
            return default;
        }

        var all = raw.AsMemory(1);
        return all.Span.Contains(Wait, StringComparison.Ordinal)
            ? Separate(all)
            : new RequestQuery(all, false, null);
    }

    /// <summary>What a function that is called without a body receives.</summary>
    public Payload ToPayload()
    {
        if (Rest.IsEmpty)
        {
            return Payload.None;
        }

        var bytes = new byte[Encoding.UTF8.GetByteCount(Rest.Span)];
        Encoding.UTF8.GetBytes(Rest.Span, bytes);
        return Payload.From(bytes);
    }

    private static RequestQuery Separate(ReadOnlyMemory<char> all)
    {
        var rest = new StringBuilder(all.Length);
        var (cascade, unknown) = (false, (string?)null);
        foreach (var range in all.Span.Split('&'))
        {
            var part = all.Span[range];
            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals];
            if (!name.SequenceEqual(Wait))
            {
                rest.Append(rest.Length > 0 ? "&" : "").Append(part);
                continue;
            }

            var value = equals < 0 ? default : part[(equals + 1)..];
            cascade |= value.SequenceEqual(Cascade);
            unknown = value.SequenceEqual(Cascade) ? unknown : value.ToString();
        }

        return new RequestQuery(rest.ToString().AsMemory(), cascade, unknown);
    }
}
