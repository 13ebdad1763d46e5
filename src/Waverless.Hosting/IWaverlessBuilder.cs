using Microsoft.Extensions.DependencyInjection;

namespace Waverless.Hosting;

/// <summary>Describes the node of a host: its apps, its functions, its store.</summary>
public interface IWaverlessBuilder
{
    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
