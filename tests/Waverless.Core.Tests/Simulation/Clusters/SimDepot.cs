using System.Text;
using Waverless.Apps;
using Waverless.Cluster.Deployment;

namespace Waverless.Simulation.Clusters;

/// <summary>Packages of a simulated node: their bytes are the name of what a test has written.</summary>
internal sealed class SimDepot(ClusterSim sim, ClusterSimNode node) : IPackageDepot
{
    private const char Padding = ' ';

    /// <summary>So that a package is more than one chunk.</summary>
    private const int PackedBytes = 600_000;

    public string ActiveHash(string app) =>
        node.Node.Catalog.Current.Apps.TryGetValue(app, out var deployed)
            ? deployed.Version.Hash
            : "";

    public byte[] Pack(AppPackage package) =>
        Encoding.UTF8.GetBytes(package.ContentHash.PadRight(PackedBytes, Padding));

    public AppPackage Unpack(byte[] packed, string app)
    {
        var hash = Encoding.UTF8.GetString(packed).TrimEnd(Padding);
        return AppPackage.Create(sim.Deployable[hash].Manifest);
    }

    public Task PrepareAsync(AppPackage package, CancellationToken ct) =>
        sim.Unfit?.Invoke(node.Id, package) == true
            ? throw new AppRejectedException(
                package.Manifest.Name,
                AppRejectionCode.ArtifactInvalid,
                [$"Node {node.Id} cannot run it."]
            )
            : Task.CompletedTask;

    public Task InstallAsync(AppPackage package, CancellationToken ct) =>
        sim.Full?.Invoke(node.Id) == true
            ? throw new IOException($"The disk of node {node.Id} is full.")
            : node.Node.Deployer.DeployAsync(
                node.Runtime.Version(sim.Deployable[package.ContentHash]),
                ct
            );
}
