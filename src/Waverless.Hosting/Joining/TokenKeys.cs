using Waverless.Kv;

namespace Waverless.Hosting.Joining;

/// <summary>Keys of the cluster's metadata that joining goes by.</summary>
internal static class TokenKeys
{
    public const string Prefix = "token/";

    /// <summary>The highest id that was ever given to a node that joins.</summary>
    public static KvKey LastNode => "join/last";

    public static KvKey Of(string id) => Prefix + id;
}
