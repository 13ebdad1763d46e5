using System.Diagnostics.Metrics;

namespace Waverless.Simulation;

/// <summary>Meters of one test, told apart from those of others by their scope.</summary>
internal sealed class TestMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options.Name, null, null, this);

    public void Dispose()
    {
        // Meters without listeners hold nothing.
    }
}
