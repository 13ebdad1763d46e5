namespace Waverless.Apps;

/// <summary>Why an app was not deployed. In each case its author is to act.</summary>
public enum AppRejectionCode
{
    /// <summary>The manifest cannot be read or contradicts itself.</summary>
    ManifestInvalid,

    /// <summary>The zip or folder cannot be read, or breaks a limit.</summary>
    PackageInvalid,

    /// <summary>The package holds nothing that a runtime of this node can run.</summary>
    RuntimeMissing,

    /// <summary>The artifact is not what its name says: wasm that is not wasm.</summary>
    ArtifactInvalid,

    /// <summary>The artifact does not export a function that the manifest declares.</summary>
    ExportMissing,

    /// <summary>The artifact imports something that nobody provides.</summary>
    ImportMissing,

    /// <summary>The app wants keys that their app does not share.</summary>
    ShareMissing,

    /// <summary>The app asks for more than this node allows.</summary>
    LimitExceeded,

    /// <summary>The app names a scheduler that no node of the cluster has.</summary>
    SchedulerUnknown,
}
