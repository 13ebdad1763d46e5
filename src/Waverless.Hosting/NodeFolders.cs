using Microsoft.Extensions.Logging;
using Waverless.Hosting.Packages;

namespace Waverless.Hosting;

/// <summary>
/// Where a node keeps what; a node in memory has a temporary folder for files only.
/// </summary>
internal sealed class NodeFolders : IDisposable
{
    private readonly ILogger _logger;
    private readonly string? _temporary;

    public NodeFolders(string? dataFolder, ILogger<NodeFolders> logger)
    {
        _logger = logger;
        if (dataFolder is null)
        {
            _temporary = Directory.CreateTempSubdirectory("waverless-").FullName;
        }

        Root = dataFolder ?? _temporary!;
        Files = new AppFiles(Path.Combine(Root, "files"));
        Packages = dataFolder is null ? null : new PackageFolder(UploadsOf(Root), logger);
    }

    public string Root { get; }

    public string Store => StoreOf(Root);

    /// <summary>Where the uploaded packages are.</summary>
    public string Uploads => UploadsOf(Root);

    public string? CompiledCode => _temporary is null ? Path.Combine(Root, "compiled") : null;

    public AppFiles Files { get; }

    public PackageFolder? Packages { get; }

    /// <summary>Where a node with that data folder keeps its store.</summary>
    public static string StoreOf(string dataFolder) => Path.Combine(dataFolder, "store");

    private static string UploadsOf(string root) => Path.Combine(root, "packages");

    public void Dispose()
    {
        try
        {
            if (_temporary is not null && Directory.Exists(_temporary))
            {
                Directory.Delete(_temporary, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system clears its temporary folder; the end of a host must not fail for it.
            Log.TemporaryLeft(_logger, e, _temporary!);
        }
    }
}
