using System.Runtime.InteropServices;

namespace Scorecard;

/// <summary>Says where numbers come from.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.FrameworkDescription}";
}
