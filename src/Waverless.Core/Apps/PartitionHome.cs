namespace Waverless.Apps;

/// <summary>
/// Where a request carries the value that decides the partition in which an HTTP invocation is
/// at home: exactly one of <see cref="Header"/> and <see cref="RouteSegment"/>.
/// </summary>
public sealed record PartitionHome
{
    private PartitionHome() { }

    /// <summary>The name of a request header; null when a route segment decides.</summary>
    public string? Header { get; private init; }

    /// <summary>Which path segment behind <c>/app/function/</c>, from 0; null: a header.</summary>
    public int? RouteSegment { get; private init; }

    /// <summary>A request header decides.</summary>
    public static PartitionHome FromHeader(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new PartitionHome { Header = name };
    }

    /// <summary>A path segment behind the function's name decides.</summary>
    public static PartitionHome FromRoute(int segment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(segment);
        return new PartitionHome { RouteSegment = segment };
    }
}
