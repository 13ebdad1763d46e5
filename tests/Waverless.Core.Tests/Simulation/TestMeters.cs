using System.Diagnostics.Metrics;

namespace Waverless.Simulation;

/// <summary>Meters that nobody listens to.</summary>
internal sealed class TestMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options.Name);

    public void Dispose()
    {
        // Meters without listeners hold nothing.
    }
}
