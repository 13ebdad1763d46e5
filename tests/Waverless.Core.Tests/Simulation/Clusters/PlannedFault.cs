using System.Globalization;

namespace Waverless.Simulation.Clusters;

/// <summary>One fault of a plan.</summary>
/// <param name="Begin">When it begins, in seconds.</param>
/// <param name="End">When it is over.</param>
/// <param name="Kind">What.</param>
/// <param name="Nodes">To whom: one side of a partition; who does not hear, and whom.</param>
/// <param name="Size">Share of lost messages, seconds of delay.</param>
internal sealed record PlannedFault(
    double Begin,
    double End,
    FaultKind Kind,
    uint[] Nodes,
    double Size
)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Begin:F2}-{End:F2} s {Kind} [{string.Join(',', Nodes)}] {Size:F2}"
        );
}
