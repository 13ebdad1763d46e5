using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Waverless.Cluster;
using Waverless.Hosting.Cluster;

namespace Waverless.AspNetCore;

/// <summary>
/// A node of a cluster takes HTTP where its cluster file says, by default a port above its own,
/// unless its host says where.
/// </summary>
internal static class NodeUrls
{
    private static readonly string[] HostKeys =
    [
        WebHostDefaults.ServerUrlsKey,
        WebHostDefaults.HttpPortsKey,
        WebHostDefaults.HttpsPortsKey,
    ];

    /// <summary>Tells the host's server, before it starts.</summary>
    public static void Apply(IServiceProvider services)
    {
        var server = services.GetService<IServer>();
        var listening = server?.Features.Get<IServerAddressesFeature>()?.Addresses;
        if (
            listening is { Count: 0, IsReadOnly: false }
            && !IsConfigured(services.GetService<IConfiguration>())
            && FindSelf(services) is { } self
            && UrlOf(self) is { } url
        )
        {
            listening.Add(url);
        }
    }

    private static bool IsConfigured(IConfiguration? configuration) =>
        configuration is not null
        && (
            HostKeys.Any(key => !string.IsNullOrEmpty(configuration[key]))
            || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any()
        );

    private static ClusterNode? FindSelf(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<ClusterSetup>().FindSelf();
        }
        catch (Exception e) when (e is InvalidOperationException or OptionsValidationException)
        {
            // The start of the node tells of it.
            return null;
        }
    }

    /// <summary>The address of one machine, else all: users and tools come from this one too.</summary>
    private static string? UrlOf(ClusterNode self)
    {
        var url = new Uri(self.HttpUrl);
        if (url.Scheme != Uri.UriSchemeHttp)
        {
            // That needs a certificate, which only the host can name.
            return null;
        }

        var isLocal =
            url.Host == "localhost"
            || (IPAddress.TryParse(url.Host, out var ip) && IPAddress.IsLoopback(ip));
        return isLocal ? $"http://{url.Authority}" : $"http://*:{url.Port}";
    }
}
