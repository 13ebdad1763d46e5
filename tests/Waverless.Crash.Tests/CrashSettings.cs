using System.Globalization;

namespace Waverless.Crash;

/// <summary>What .ci/deep says of a crash run, by environment variables.</summary>
internal static class CrashSettings
{
    /// <summary>A whole number; <paramref name="otherwise"/> where the variable is not set.</summary>
    public static int Get(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    /// <summary>Names with commas between; empty where the variable is not set.</summary>
    public static string[] List(string name) =>
        Environment
            .GetEnvironmentVariable(name)
            ?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        ?? [];
}
