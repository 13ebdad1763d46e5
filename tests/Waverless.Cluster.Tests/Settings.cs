using System.Globalization;

namespace Waverless.ClusterProcesses;

/// <summary>What .ci/deep asks for, by environment variables.</summary>
internal static class Settings
{
    /// <summary>How often a node is killed and one is frozen.</summary>
    public static int Rounds => Get("WAVERLESS_CLUSTER_ROUNDS", 1);

    /// <summary>Redeploys under traffic.</summary>
    public static int Redeploys => Get("WAVERLESS_CLUSTER_REDEPLOYS", 50);

    private static int Get(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}
