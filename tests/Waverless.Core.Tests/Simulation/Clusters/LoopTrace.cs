using System.Buffers.Binary;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// The steps of a loop: two runs of one seed have the same ones, or the seed does not replay. With
/// WAVERLESS_SIM_TRACE=file they are written there, to find the first in which two runs differ.
/// </summary>
internal sealed class LoopTrace : IDisposable
{
    private static readonly string? Path = Environment.GetEnvironmentVariable(
        "WAVERLESS_SIM_TRACE"
    );

    private readonly StreamWriter? _writer = Path is null
        ? null
        : new StreamWriter(Path, append: true);

    public SimTrace Steps { get; } = new();

    /// <summary>From where something came by way of another thread, first; null: nothing did.</summary>
    public string? Stray { get; private set; }

    public void Add(int scheduler, TimeSpan at)
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, scheduler);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], at.Ticks);
        Steps.Add(bytes);
        _writer?.WriteLine($"{Steps.Count} {scheduler} {at.Ticks}");
    }

    public void Strayed(string from) => Stray ??= from;

    public void Dispose() => _writer?.Dispose();
}
