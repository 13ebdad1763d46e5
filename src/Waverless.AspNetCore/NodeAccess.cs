using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Events;
using Waverless.Hosting;
using Waverless.Hosting.Cluster;
using Waverless.Invocations;
using Waverless.Maintenance;

namespace Waverless.AspNetCore;

/// <summary>
/// Finds the host's node at the first request, so that mapping routes neither creates nor opens
/// anything.
/// </summary>
internal sealed class NodeAccess(IServiceProvider services)
{
    private AppCatalog? _catalog;
    private IFunctionInvoker? _invoker;

    public CatalogSnapshot Catalog =>
        (_catalog ??= services.GetRequiredService<Node>().Catalog).Current;

    /// <summary>The node's place in a cluster; null: it is by itself.</summary>
    public ClusterMember? Cluster => services.GetRequiredService<Node>().Cluster;

    public IClusterNodes Nodes => services.GetRequiredService<IClusterNodes>();

    public AppVersions Versions => services.GetRequiredService<AppVersions>();

    public DetachedCalls Detached => services.GetRequiredService<Node>().Detached;

    public AppInstaller Installer => services.GetRequiredService<AppInstaller>();

    public IDeadLetters DeadLetters => services.GetRequiredService<IDeadLetters>();

    public IStoreMaintenance Maintenance => services.GetRequiredService<IStoreMaintenance>();

    public ITriggerSwitch Triggers => services.GetRequiredService<ITriggerSwitch>();

    public IFunctionInvoker Invoker => _invoker ??= services.GetRequiredService<IFunctionInvoker>();
}
