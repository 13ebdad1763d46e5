using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Waverless.Diagnostics;

/// <summary>
/// Lets a crash test end the process at a named place: WAVERLESS_FAILPOINT=Name or Name:N (the
/// N-th time it is passed). The process then ends as with kill -9. Not set, which is decided once,
/// a place costs nothing: the check is a constant to the compiler of the hot path.
/// </summary>
internal static class Failpoints
{
    /// <summary>The environment variable that arms one place.</summary>
    public const string Variable = "WAVERLESS_FAILPOINT";

    private static readonly Failpoint? Armed = Parse(
        Environment.GetEnvironmentVariable(Variable),
        out Left
    );

    private static int Left;

    /// <summary>Says that a place was passed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pass(Failpoint point)
    {
        if (Armed is not null)
        {
            Reach(point);
        }
    }

    /// <summary>Reads <c>Name</c> or <c>Name:N</c>; null for anything else.</summary>
    public static Failpoint? Parse(string? text, out int count)
    {
        count = 1;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var name = colon < 0 ? text : text![..colon];
        if (
            colon >= 0
            && (
                !int.TryParse(
                    text.AsSpan(colon + 1),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out count
                )
                || count < 1
            )
        )
        {
            return null;
        }

        return Enum.GetNames<Failpoint>().Contains(name, StringComparer.Ordinal)
            ? Enum.Parse<Failpoint>(name!)
            : null;
    }

    private static void Reach(Failpoint point)
    {
        if (point != Armed || Interlocked.Decrement(ref Left) != 0)
        {
            return;
        }

        using var self = Process.GetCurrentProcess();
        self.Kill();

        // The signal may take a moment, in which nothing may go on here.
        self.WaitForExit();
    }
}
