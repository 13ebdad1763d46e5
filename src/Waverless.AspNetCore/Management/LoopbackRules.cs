using System.Net;
using Microsoft.AspNetCore.Http;
using Waverless.AspNetCore.Problems;

namespace Waverless.AspNetCore.Management;

/// <summary>
/// Keeps web pages away from management routes on this machine: a page may post a form to
/// localhost without asking, and may give its own host name the address 127.0.0.1.
/// </summary>
internal static class LoopbackRules
{
    /// <summary>Why the request is refused; null: it is not.</summary>
    public static Problem? Refuse(HttpRequest request)
    {
        if (!IsLoopbackHost(request.Host.Host))
        {
            return new Problem(
                StatusTable.HostRefused,
                $"The Host header names '{request.Host.Host}'; "
                    + "expected localhost or an address of this machine."
            );
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none"))
        {
            return CrossSite($"Sec-Fetch-Site is '{site}'; expected same-origin.");
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || IsSame(origin, request)
            ? null
            : CrossSite($"Origin is '{origin}'; expected {request.Scheme}://{request.Host.Value}.");
    }

    /// <summary>Whether the request's peer is this machine.</summary>
    public static bool IsLocal(ConnectionInfo connection) =>
        connection.RemoteIpAddress is not { } remote || IsLoopback(remote);

    private static bool IsSame(string origin, HttpRequest request) =>
        string.Equals(
            origin,
            $"{request.Scheme}://{request.Host.Value}",
            StringComparison.OrdinalIgnoreCase
        );

    private static bool IsLoopbackHost(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IsLoopback(address));

    private static bool IsLoopback(IPAddress address) =>
        IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static Problem CrossSite(string detail) => new(StatusTable.CrossSite, detail);
}
