using System.Globalization;
using System.Text.RegularExpressions;

namespace Waverless.ClusterProcesses;

/// <summary>What a test process that was killed could not remove.</summary>
internal static partial class LeftNetworks
{
    private const string Namespaces = "/run/netns";
    private const string Links = "/sys/class/net";

    /// <summary>Removes the networks of processes that are no more, and nobody else's.</summary>
    public static async Task RemoveAsync()
    {
        foreach (var name in Left(Namespaces))
        {
            await Network.TryAsync("ip", $"netns del {name}");
        }

        // A link to a namespace that is gone may go with it: whether this one was there is no matter.
        foreach (var name in Left(Links))
        {
            await Network.TryAsync("ip", $"link del {name}");
        }
    }

    /// <summary>Whether a namespace or link is that of a process that is no more.</summary>
    public static bool IsLeft(string name, Func<int, bool> isAlive) =>
        Ours().Match(name) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var process)
        && !isAlive(process);

    private static string[] Left(string folder) =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateFileSystemEntries(folder)
                    .Select(path => Path.GetFileName(path))
                    .Where(name => IsLeft(name, id => Directory.Exists($"/proc/{id}"))),
            ]
            : [];

    [GeneratedRegex("^wv([0-9]{1,7})(-probe|-pr|[a-z](-[0-9]+|v[0-9]+)?)$")]
    private static partial Regex Ours();
}
