using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>Every key that the reader knows; the published JSON Schema has the same.</summary>
internal static class ManifestKeys
{
    /// <summary>Settings of a function that an app can set for all its functions.</summary>
    public static ImmutableArray<string> Settings { get; } =
    [
        "affinity",
        "limits",
        "instance",
        "idempotent",
        "commit",
        "isolation",
        "value",
        "on_poison",
        "retry",
        "batch",
        "env",
        "config",
        "http_out",
    ];

    public static ImmutableArray<string> App { get; } =
    ["fns", "default", "shares", "partition", "quota", "scheduler", .. Settings];

    public static ImmutableArray<string> Http { get; } =
    ["http.get", "http.post", "http.put", "http.delete", "http.patch"];

    public static ImmutableArray<string> Function { get; } =
    [.. Http, "rpc", "messages", "sends", "kvs", "condition", "timer", "partition", .. Settings];

    /// <summary>The first form: events and arguments as lists.</summary>
    public static ImmutableArray<string> FunctionV1 { get; } =
    ["event", "args", "kvs", "partition", .. Settings];

    public static ImmutableArray<string> EventV1 { get; } = ["http_app", "http_fn", "kv_set"];

    public static ImmutableArray<string> ArgumentV1 { get; } = ["http_text", "kv_key"];

    public static ImmutableArray<string> HttpCall { get; } = ["call"];

    public static ImmutableArray<string> Condition { get; } = ["kv_set", "kv_new", "kv_delete"];

    public static ImmutableArray<string> Kv { get; } = ["ops", "partition"];

    public static ImmutableArray<string> Operations { get; } =
    ["get", "set", "delete", "read", "write"];

    public static ImmutableArray<string> TriggerOperations { get; } =
    ["trigger_by_write", "trigger_by_new"];

    public static ImmutableArray<string> TriggerOperation { get; } = ["condition"];

    public static ImmutableArray<string> Affinity { get; } = ["tags", "nodes"];

    public static ImmutableArray<string> Limits { get; } =
    ["memory", "timeout", "concurrency", "queue", "body"];

    public static ImmutableArray<string> Quota { get; } = ["bytes", "keys"];

    public static ImmutableArray<string> Timer { get; } =
    ["every", "cron", "zone", "misfire", "overlap"];

    public static ImmutableArray<string> RetryRule { get; } =
    ["attempts", "first", "longest", "jitter"];

    public static ImmutableArray<string> Retry { get; } = [.. RetryRule, "on"];

    /// <summary>Classes of failures that a function can have a rule of its own for.</summary>
    public static ImmutableArray<string> RetryOn { get; } =
    ["failed", "trapped", "timed_out", "conflict", "permission", "too_large", "bad_payload"];

    public static ImmutableArray<string> Batch { get; } = ["events", "within"];

    public static ImmutableArray<string> PartitionHome { get; } = ["header", "route"];
}
