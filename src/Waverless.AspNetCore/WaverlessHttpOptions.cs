using Waverless.Apps;

namespace Waverless.AspNetCore;

/// <summary>How a node answers HTTP. Read once, when the routes are mapped.</summary>
public sealed class WaverlessHttpOptions
{
    /// <summary>
    /// Whether every path that the host itself does not serve is answered here, unknown apps with a
    /// 404 problem. Otherwise an unknown app is not our route, and the host's fallbacks see it.
    /// </summary>
    /// <value>Default: false.</value>
    public bool OwnsRoot { get; set; }

    /// <summary>
    /// Keys of which a management request that does not come from this machine must carry one, as
    /// <c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>. Empty: no such request is served.
    /// </summary>
    /// <value>Default: none.</value>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>
    /// Whether management requests from this machine need a key as well: set it behind a reverse
    /// proxy on the same machine, whose requests all come from there.
    /// </summary>
    /// <value>Default: false.</value>
    public bool RequireApiKeyOnLoopback { get; set; }

    /// <summary>Whether management routes are mapped (upload, graph).</summary>
    /// <value>Default: true.</value>
    public bool MapManagement { get; set; } = true;

    /// <summary>Whether <c>/health/live</c> and <c>/health/ready</c> are mapped.</summary>
    /// <value>Default: true.</value>
    public bool MapHealth { get; set; } = true;

    /// <summary>
    /// The folder below which <c>POST /_waverless/api/v1/backups</c> makes backups, each in a
    /// folder of its own; made when it is missing. A relative path starts at the current folder.
    /// Null: no backups are made over HTTP.
    /// </summary>
    /// <value>Default: null.</value>
    public string? BackupFolder { get; set; }

    /// <summary>Longest upload, all its apps together, in bytes.</summary>
    /// <value>Default: 128 MiB.</value>
    public long UploadBytesMax { get; set; } = 128L << 20;

    /// <summary>Uploads that are read at once; one more is answered with 503.</summary>
    /// <value>Default: 4.</value>
    public int UploadsMax { get; set; } = 4;

    /// <summary>How large each app of an upload may be.</summary>
    /// <value>Default: <see cref="PackageLimits.Default"/>.</value>
    public PackageLimits Packages { get; set; } = PackageLimits.Default;
}
