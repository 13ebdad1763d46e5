using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Deployment;
using Waverless.Hosting.Packages;

namespace Waverless.Hosting.Cluster;

/// <summary>How a host keeps and runs what its cluster deploys.</summary>
internal sealed class NodePackageDepot(Node node, NodeFolders folders, AppInstaller installer)
    : IPackageDepot
{
    public string ActiveHash(string app) =>
        node.Catalog.Current.Apps.TryGetValue(app, out var deployed) ? deployed.Version.Hash : "";

    public byte[] Pack(AppPackage package) => PackageZip.Pack(package);

    public AppPackage Unpack(byte[] packed, string app) => PackageZip.Unpack(packed, app);

    public Task PrepareAsync(AppPackage package, CancellationToken ct) =>
        node.Deployer.TryLoadAsync(folders.Files.Provide(package), ct);

    public Task InstallAsync(AppPackage package, CancellationToken ct) =>
        installer.InstallHereAsync(package, ct);
}
