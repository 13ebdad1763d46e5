using Waverless.Apps;
using Waverless.Hosting.Cluster;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Problems;

/// <summary>Every failure and its HTTP status: the one table.</summary>
internal static class StatusTable
{
    public static readonly ProblemKind NotFound = new(404, "not_found", "Not found");
    public static readonly ProblemKind MethodNotAllowed = new(
        405,
        "method_not_allowed",
        "The function is not called by this method"
    );
    public static readonly ProblemKind BadRequest = new(400, "bad_request", "Bad request");
    public static readonly ProblemKind BadPayload = new(400, "bad_payload", "Unreadable payload");
    public static readonly ProblemKind PayloadTooLarge = new(
        413,
        "payload_too_large",
        "The body is too large"
    );
    public static readonly ProblemKind QueueFull = new(
        429,
        "queue_full",
        "The app's queue is full",
        RetryLater: true
    );
    public static readonly ProblemKind Overloaded = new(
        503,
        "overloaded",
        "The node has no room",
        RetryLater: true
    );
    public static readonly ProblemKind Unavailable = new(
        503,
        "unavailable",
        "No node can run it now",
        RetryLater: true
    );
    public static readonly ProblemKind TimedOut = new(504, "timed_out", "The deadline passed");

    /// <summary>Seen in logs only: the caller went away.</summary>
    public static readonly ProblemKind Cancelled = new(499, "cancelled", "The caller went away");
    public static readonly ProblemKind Failed = new(500, "failed", "The function failed");
    public static readonly ProblemKind Trapped = new(500, "trapped", "The function trapped");
    public static readonly ProblemKind StackExhausted = new(
        500,
        "stack_exhausted",
        "The function exhausted its stack"
    );
    public static readonly ProblemKind OutOfMemory = new(
        500,
        "out_of_memory",
        "The function exceeded its memory limit"
    );
    public static readonly ProblemKind PermissionDenied = new(
        500,
        "permission_denied",
        "The function did what its manifest does not declare"
    );
    public static readonly ProblemKind TooLarge = new(
        500,
        "too_large",
        "The function exceeded a size limit"
    );
    public static readonly ProblemKind Conflict = new(
        409,
        "conflict",
        "Another write came between",
        RetryLater: true
    );
    public static readonly ProblemKind LockLost = new(
        409,
        "lock_lost",
        "The function lost a lock",
        RetryLater: true
    );
    public static readonly ProblemKind TooManyReads = new(
        500,
        "too_many_reads",
        "The function reads more than a serializable run may"
    );
    public static readonly ProblemKind Diverged = new(
        500,
        "diverged",
        "A later run of the function made other calls"
    );
    public static readonly ProblemKind IdempotencyKeyRefused = new(
        400,
        "idempotency_key_refused",
        "The idempotency key cannot be honoured"
    );
    public static readonly ProblemKind IdempotencyKeyReused = new(
        422,
        "idempotency_key_reused",
        "The idempotency key was used with another payload"
    );
    public static readonly ProblemKind IdempotencyKeyBusy = new(
        409,
        "idempotency_key_busy",
        "The first call with the idempotency key has no answer to give"
    );
    public static readonly ProblemKind StorageFull = new(507, "storage_full", "The disk is full");
    public static readonly ProblemKind QuotaExceeded = new(
        507,
        "quota_exceeded",
        "The app's quota is used up"
    );
    public static readonly ProblemKind NotClustered = new(
        404,
        "not_clustered",
        "The node is not one of a cluster"
    );
    public static readonly ProblemKind UnknownNode = new(
        404,
        "unknown_node",
        "The cluster knows no such node"
    );
    public static readonly ProblemKind HoldsMetadata = new(
        409,
        "holds_metadata",
        "The node keeps the cluster's metadata"
    );
    public static readonly ProblemKind LastWorker = new(
        409,
        "last_worker",
        "No other worker is in service"
    );
    public static readonly ProblemKind NodeAway = new(
        409,
        "node_away",
        "The node is away, and partitions are with it"
    );
    public static readonly ProblemKind NodeRestarted = new(
        409,
        "node_restarted",
        "The node was started again while it left"
    );
    public static readonly ProblemKind NoAuthority = new(
        409,
        "no_authority",
        "The node does not have the key of the cluster's authority"
    );
    public static readonly ProblemKind JoinPortTaken = new(
        409,
        "join_port_taken",
        "The node cannot take joins"
    );
    public static readonly ProblemKind TooManyTokens = new(
        429,
        "too_many_tokens",
        "Too many join tokens are kept"
    );
    public static readonly ProblemKind MetadataUnavailable = new(
        503,
        "metadata_unavailable",
        "The cluster's metadata cannot be reached",
        RetryLater: true
    );
    public static readonly ProblemKind VersionNotKept = new(
        404,
        "version_not_kept",
        "The version is not kept"
    );
    public static readonly ProblemKind NotSwitched = new(
        409,
        "not_switched",
        "A node cannot run the version"
    );
    public static readonly ProblemKind BackupsOff = new(
        404,
        "backups_off",
        "The node makes no backups over HTTP"
    );
    public static readonly ProblemKind BackupRefused = new(
        409,
        "backup_refused",
        "The backup cannot be written under that name"
    );
    public static readonly ProblemKind MaintenanceBusy = new(
        503,
        "maintenance_busy",
        "The same is being done already",
        RetryLater: true
    );
    public static readonly ProblemKind StorageFailed = new(
        500,
        "storage_failed",
        "The store failed"
    );
    public static readonly ProblemKind NotMultipart = new(
        415,
        "not_multipart",
        "The upload is not multipart/form-data"
    );
    public static readonly ProblemKind UploadInvalid = new(
        400,
        "upload_invalid",
        "The upload cannot be read"
    );
    public static readonly ProblemKind KeyMissing = new(401, "api_key_missing", "No API key");
    public static readonly ProblemKind KeyWrong = new(401, "api_key_wrong", "Unknown API key");
    public static readonly ProblemKind NoKeyConfigured = new(
        403,
        "remote_management_off",
        "Management is served to this machine only"
    );
    public static readonly ProblemKind HostRefused = new(
        403,
        "host_refused",
        "The Host header does not name this machine"
    );
    public static readonly ProblemKind CrossSite = new(
        403,
        "cross_site",
        "The request comes from another site"
    );

    private static readonly ProblemKind ManifestInvalid = new(
        422,
        "manifest_invalid",
        "The manifest has defects"
    );
    private static readonly ProblemKind PackageInvalid = new(
        400,
        "package_invalid",
        "The package cannot be read"
    );
    private static readonly ProblemKind NodeLost = new(
        502,
        "node_lost",
        "The node that ran the function was lost"
    );
    private static readonly ProblemKind PackageTooLarge = new(
        413,
        "package_too_large",
        "The package breaks a limit"
    );
    private static readonly ProblemKind RuntimeMissing = new(
        422,
        "runtime_missing",
        "No runtime runs the package"
    );
    private static readonly ProblemKind ArtifactInvalid = new(
        422,
        "artifact_invalid",
        "The artifact cannot be loaded"
    );
    private static readonly ProblemKind ExportMissing = new(
        422,
        "export_missing",
        "The artifact lacks a function"
    );
    private static readonly ProblemKind ImportMissing = new(
        422,
        "import_missing",
        "The artifact needs what nobody provides"
    );
    private static readonly ProblemKind ShareMissing = new(
        422,
        "share_missing",
        "The app wants keys that are not shared"
    );
    private static readonly ProblemKind SchedulerUnknown = new(
        422,
        "scheduler_unknown",
        "The app names a scheduler that there is not"
    );
    private static readonly ProblemKind LimitExceeded = new(
        422,
        "limit_exceeded",
        "The app asks for more than the node allows"
    );

    /// <summary>How a failed invocation is answered.</summary>
    public static ProblemKind Of(InvocationStatus status) =>
        status switch
        {
            InvocationStatus.NotFound => NotFound,
            InvocationStatus.NotCallable => MethodNotAllowed,
            InvocationStatus.BadPayload => BadPayload,
            InvocationStatus.PayloadTooLarge => PayloadTooLarge,
            InvocationStatus.QueueFull => QueueFull,
            InvocationStatus.Overloaded => Overloaded,
            InvocationStatus.Unavailable => Unavailable,
            InvocationStatus.TimedOut => TimedOut,
            InvocationStatus.Cancelled => Cancelled,
            InvocationStatus.Trapped => Trapped,
            InvocationStatus.StackExhausted => StackExhausted,
            InvocationStatus.OutOfMemory => OutOfMemory,
            InvocationStatus.PermissionDenied => PermissionDenied,
            InvocationStatus.TooLarge => TooLarge,
            InvocationStatus.Conflict => Conflict,
            InvocationStatus.LockLost => LockLost,
            InvocationStatus.TooManyReads => TooManyReads,
            InvocationStatus.Diverged => Diverged,
            InvocationStatus.IdempotencyKeyRefused => IdempotencyKeyRefused,
            InvocationStatus.IdempotencyKeyReused => IdempotencyKeyReused,
            InvocationStatus.IdempotencyKeyBusy => IdempotencyKeyBusy,
            InvocationStatus.StorageFull => StorageFull,
            InvocationStatus.StorageFailed => StorageFailed,
            InvocationStatus.QuotaExceeded => QuotaExceeded,
            InvocationStatus.NodeLost => NodeLost,
            _ => Failed,
        };

    /// <summary>How a change of the cluster's nodes that is refused is answered.</summary>
    public static ProblemKind Of(ClusterChangeError error) =>
        error switch
        {
            ClusterChangeError.NotClustered => NotClustered,
            ClusterChangeError.UnknownNode => UnknownNode,
            ClusterChangeError.HoldsMetadata => HoldsMetadata,
            ClusterChangeError.LastWorker => LastWorker,
            ClusterChangeError.NodeAway => NodeAway,
            ClusterChangeError.Restarted => NodeRestarted,
            ClusterChangeError.NoAuthority => NoAuthority,
            ClusterChangeError.JoinPortTaken => JoinPortTaken,
            ClusterChangeError.TooManyTokens => TooManyTokens,
            _ => MetadataUnavailable,
        };

    /// <summary>How a rejected deployment is answered.</summary>
    public static ProblemKind Of(AppRejectedException rejection) =>
        rejection.Code switch
        {
            AppRejectionCode.ManifestInvalid => ManifestInvalid,
            AppRejectionCode.PackageInvalid => rejection
                is PackageException { Problem: PackageProblem.TooLarge }
                ? PackageTooLarge
                : PackageInvalid,
            AppRejectionCode.RuntimeMissing => RuntimeMissing,
            AppRejectionCode.ArtifactInvalid => ArtifactInvalid,
            AppRejectionCode.ExportMissing => ExportMissing,
            AppRejectionCode.ImportMissing => ImportMissing,
            AppRejectionCode.ShareMissing => ShareMissing,
            AppRejectionCode.SchedulerUnknown => SchedulerUnknown,
            _ => LimitExceeded,
        };
}
