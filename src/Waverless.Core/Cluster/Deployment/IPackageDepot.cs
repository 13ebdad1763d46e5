using Waverless.Apps;

namespace Waverless.Cluster.Deployment;

/// <summary>How one node keeps and runs packages; a cluster tells it which.</summary>
internal interface IPackageDepot
{
    /// <summary>Version of an app that is in service on this node; empty: none.</summary>
    string ActiveHash(string app);

    /// <summary>A package as bytes, for other nodes.</summary>
    byte[] Pack(AppPackage package);

    /// <summary>The package of such bytes.</summary>
    /// <exception cref="AppRejectedException">They are none.</exception>
    AppPackage Unpack(byte[] packed, string app);

    /// <summary>Finds out whether a version runs here, and gets what takes long done.</summary>
    /// <exception cref="AppRejectedException">It cannot run here.</exception>
    Task PrepareAsync(AppPackage package, CancellationToken ct);

    /// <summary>Keeps a version and puts it into service.</summary>
    /// <exception cref="AppRejectedException">It cannot run here.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    Task InstallAsync(AppPackage package, CancellationToken ct);
}
